import { App, Button, Input, Modal, Popconfirm, QRCode, Space, Table, Tag, Typography } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clockTime, day as dayOf } from '../components/time';
import { api, ask, Refused, type Schema, unreachable } from '../lib/api';
import { Head } from './parts';
import { Loaded, useLoad, words } from './useLoad';
import { useRest } from './useRest';

type Unit = Schema['UnitItem'];
type Link = Schema['Link'];

/** The roster, and the links by which its units join. */
export function UnitsPage() {
  const { t } = useTranslation();
  const load = useLoad('links', async () => {
    const [units, links] = await Promise.all([ask(api.GET('/api/units')), ask(api.GET('/api/links'))]);
    return { units: units.units ?? [], links: new Map((links.links ?? []).map((l) => [l.unit, l])) };
  });
  return (
    <>
      <Head title={t('admin.nav.links')} />
      <Loaded load={load}>{(data) => <Units {...data} onChanged={load.reload} />}</Loaded>
    </>
  );
}

interface Props {
  units: Unit[];
  links: Map<string, Link>;
  onChanged: () => void;
}

function Units({ units, links, onChanged }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { box, height } = useRest<HTMLDivElement>();
  const [query, setQuery] = useState('');
  const [made, setMade] = useState<{ unit: Unit; link: string } | null>(null);
  const shown = useMemo(
    () =>
      units.filter((u) => !query.trim() || u.name.includes(query.trim()) || u.code.startsWith(query.trim())),
    [units, query],
  );
  const act = async (step: () => Promise<void>) => {
    await step().catch((e: unknown) => void message.error(words(e instanceof Refused ? e : unreachable)));
    onChanged();
  };
  const make = (unit: Unit) =>
    act(async () => {
      const out = await ask(api.POST('/api/links/{unit}', { params: { path: { unit: unit.code } } }));
      setMade({ unit, link: location.origin + out.path });
    });
  const revoke = (unit: Unit) =>
    act(async () => {
      await ask(api.DELETE('/api/links/{unit}', { params: { path: { unit: unit.code } } }));
    });
  return (
    <>
      <p className="admin-hint">{t('admin.links.hint')}</p>
      <div className="admin-tools">
        <Input.Search
          allowClear
          placeholder={t('admin.links.search')}
          value={query}
          onChange={(e) => setQuery(e.target.value)}
          style={{ width: 300 }}
        />
        <span className="admin-zero">{t('admin.links.count', { n: links.size, m: units.length })}</span>
      </div>
      <div ref={box} className="admin-table">
        <Table<Unit>
          virtual
          size="small"
          rowKey={(u) => u.code}
          dataSource={shown}
          pagination={false}
          scroll={{ x: 1000, y: height }}
          columns={[
            { title: t('admin.table.unit'), width: 280, render: (_, u) => u.name },
            { title: t('admin.table.code'), width: 150, render: (_, u) => <code>{u.code}</code> },
            {
              title: t('admin.links.link'),
              width: 330,
              render: (_, u) => <LinkWords link={links.get(u.code)} />,
            },
            {
              title: '',
              width: 240,
              align: 'right',
              render: (_, u) => <Actions unit={u} has={links.has(u.code)} onMake={make} onRevoke={revoke} />,
            },
          ]}
        />
      </div>
      <LinkModal made={made} onClose={() => setMade(null)} />
    </>
  );
}

function LinkWords({ link }: { link: Link | undefined }) {
  const { t } = useTranslation();
  if (!link) return <span className="admin-zero">{t('admin.links.none')}</span>;
  if (link.sample) return <Tag color="purple">{t('admin.links.sample')}</Tag>;
  return (
    <>
      {link.created_at && `${dayOf(link.created_at)} ${clockTime(link.created_at)}`} {link.created_by}
    </>
  );
}

interface ActionsProps {
  unit: Unit;
  has: boolean;
  onMake: (unit: Unit) => void;
  onRevoke: (unit: Unit) => void;
}

/** What ends a unit's link asks first: its page is closed at once. */
function Actions({ unit, has, onMake, onRevoke }: ActionsProps) {
  const { t } = useTranslation();
  if (!has) {
    return (
      <Button size="small" type="primary" onClick={() => onMake(unit)}>
        {t('admin.links.make')}
      </Button>
    );
  }
  return (
    <Space>
      <Popconfirm title={t('admin.links.renewAsk')} onConfirm={() => onMake(unit)}>
        <Button size="small">{t('admin.links.renew')}</Button>
      </Popconfirm>
      <Popconfirm title={t('admin.links.revokeAsk')} onConfirm={() => onRevoke(unit)}>
        <Button size="small" danger>
          {t('admin.links.revoke')}
        </Button>
      </Popconfirm>
    </Space>
  );
}

function LinkModal({ made, onClose }: { made: { unit: Unit; link: string } | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open={made !== null} onCancel={onClose} footer={null} title={made?.unit.name} destroyOnHidden>
      {made && (
        <div className="admin-link">
          <p>{t('admin.links.once')}</p>
          <QRCode value={made.link} size={220} bgColor="#fff" color="#000" />
          <Typography.Paragraph copyable code data-testid="new-link">
            {made.link}
          </Typography.Paragraph>
        </div>
      )}
    </Modal>
  );
}
