import { UploadOutlined } from '@ant-design/icons';
import { Alert, Button, Modal, Progress, Table, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sentence } from '../i18n';
import { Refused, type Schema, unreachable } from '../lib/api';
import { upload } from '../lib/upload';
import { words } from './useLoad';

type Imported = Schema['Imported'];

/** An import: under way, done, or refused as a whole. */
interface State {
  file: string;
  part: number;
  done?: Imported;
  error?: Refused;
}

/** Imports a table of the duty roster, and names every row that did not go in. */
export function DutyImport({ onImported }: { onImported: (days: string[]) => void }) {
  const { t } = useTranslation();
  const [state, setState] = useState<State | null>(null);
  const start = async (file: File) => {
    setState({ file: file.name, part: 0 });
    const onPart = (part: number) => setState({ file: file.name, part });
    try {
      const done = await upload<Imported>({
        method: 'POST',
        path: '/api/duty',
        file,
        type: 'text/csv',
        onPart,
      });
      setState({ file: file.name, part: 1, done });
      onImported(done.days ?? []);
    } catch (e) {
      setState({ file: file.name, part: 1, error: e instanceof Refused ? e : unreachable });
    }
  };
  const busy = state !== null && !state.done && !state.error;
  return (
    <>
      <Upload
        accept=".csv,.txt,text/csv"
        showUploadList={false}
        beforeUpload={(file) => {
          void start(file);
          return false; // it is sent by us
        }}
      >
        <Button type="primary" icon={<UploadOutlined />} loading={busy} data-testid="duty-import">
          {t('admin.duty.import')}
        </Button>
      </Upload>
      <Modal
        open={state !== null}
        title={t('admin.duty.importOf', { file: state?.file })}
        onCancel={() => setState(null)}
        footer={null}
        mask={{ closable: false }}
        closable={!busy}
        width={720}
      >
        {state && <Progressed state={state} />}
      </Modal>
    </>
  );
}

function Progressed({ state: { part, done, error } }: { state: State }) {
  const { t } = useTranslation();
  if (error) return <Alert type="error" showIcon title={words(error)} data-testid="import-error" />;
  if (done) return <Result done={done} />;
  return (
    <>
      <Progress percent={Math.round(part * 100)} status="active" />
      <p className="admin-hint">{t(part < 1 ? 'admin.duty.sending' : 'admin.duty.checking')}</p>
    </>
  );
}

function Result({ done }: { done: Imported }) {
  const { t } = useTranslation();
  const bad = done.bad ?? [];
  const total = bad.length + done.left;
  const said = t('admin.duty.imported', { n: done.rows, days: (done.days ?? []).join('，') || '—' });
  return (
    <>
      <Alert type={total > 0 ? 'warning' : 'success'} showIcon title={said} data-testid="import-result" />
      {total > 0 && (
        <>
          <h3 className="admin-part">{t('admin.duty.bad', { n: total })}</h3>
          <Table
            size="small"
            rowKey="line"
            dataSource={bad}
            pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
            data-testid="import-bad"
            columns={[
              { title: t('admin.duty.line'), width: 90, dataIndex: 'line' },
              { title: t('admin.duty.reason'), render: (_, b) => sentence(b) },
            ]}
          />
        </>
      )}
    </>
  );
}
