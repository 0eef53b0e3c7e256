import { App, Button, Modal, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { day } from '../components/time';
import { api, ask } from '../lib/api';
import type * as wire from '../lib/wire.gen';
import { NotReadySheet } from './NotReadySheet';
import { copied, rowsOf } from './notReadyRows';
import type { Lack } from './seats';
import { useAsked } from './useAsked';

const lookMS = 5 * 60_000;
const today = () => ask(api.GET('/api/duty', { params: { query: { date: day(Date.now()) } } }));

interface Props {
  open: boolean;
  list: { unit: wire.Unit; lacks: Lack[] }[];
  onClose: () => void;
  onPick: (unit: string) => void;
}

/** The units that could not answer now, and why: to be rung up before the call, copied or printed. */
export function NotReady({ open, list, onClose, onPick }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const units = useMuster((s) => s.units);
  const duty = useAsked(open ? today : null, lookMS);
  const seats = useMuster((s) => s.seats);
  const say = (lack: Lack) => t(`hall.lack.${lack}`);
  const rows = rowsOf(list, { units, seats, officers: duty.answer?.officers ?? [], say });
  const copy = async () => {
    await navigator.clipboard.writeText(copied(rows)).then(
      () => message.success(t('hall.desk.copied')),
      () => message.error(t('hall.desk.notCopied')),
    );
  };
  return (
    <Modal
      open={open}
      onCancel={onClose}
      width={1040}
      title={t('hall.desk.notReadyTitle', { n: list.length })}
      className="not-ready"
      footer={
        <>
          <Button onClick={() => void copy()} data-testid="not-ready-copy">
            {t('hall.desk.copy')}
          </Button>
          <Button onClick={() => window.print()} data-testid="not-ready-print">
            {t('hall.desk.print')}
          </Button>
          <Button type="primary" onClick={onClose}>
            {t('hall.desk.close')}
          </Button>
        </>
      }
    >
      {duty.failed && <p className="desk-failed">{t('hall.desk.dutyFailed')}</p>}
      <Table
        size="small"
        rowKey={(r) => r.unit.code}
        dataSource={rows}
        pagination={false}
        scroll={{ y: 420 }}
        onRow={(r) => ({
          onClick: () => {
            onPick(r.unit.code);
            onClose();
          },
        })}
        columns={[
          { title: t('hall.desk.branch'), dataIndex: 'branch', width: 110 },
          { title: t('hall.desk.unit'), render: (_, r) => <UnitButton unit={r.unit} /> },
          { title: t('hall.desk.why'), dataIndex: 'why', width: 200 },
          { title: t('hall.desk.duty'), render: (_, r) => <Lines of={r.duty} />, width: 220 },
          { title: t('hall.desk.signedIn'), render: (_, r) => r.signedIn || '—', width: 140 },
        ]}
      />
      {open && <NotReadySheet rows={rows} />}
    </Modal>
  );
}

/** One below the other: a name and its number stay together. */
function Lines({ of }: { of: string[] }) {
  return of.length > 0 ? of.map((line) => <div key={line}>{line}</div>) : '—';
}

/** For the keyboard: its click reaches the row, which chooses the unit. */
function UnitButton({ unit }: { unit: wire.Unit }) {
  return (
    <button type="button" className="not-ready-unit">
      {unit.name}
    </button>
  );
}
