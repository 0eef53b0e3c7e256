import { Button, Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { clockTime } from '../components/time';
import { sentence } from '../i18n';
import { api, ask, type Schema } from '../lib/api';
import { Head } from './parts';
import { Loaded, useLoad } from './useLoad';

type Item = Schema['CheckItem'];

const colours = { ok: 'green', unknown: 'default', warn: 'orange', bad: 'red' } as const;

/** What the server itself needs for a call, as it is now. */
export function CheckPage() {
  const { t } = useTranslation();
  const load = useLoad('check', () => ask(api.GET('/api/check')));
  return (
    <>
      <Head title={t('admin.nav.check')}>
        {load.data && <State state={load.data.state} />}
        {load.data && (
          <span className="admin-zero">{t('admin.check.at', { time: clockTime(load.data.at) })}</span>
        )}
        <span className="admin-gap" />
        <Button onClick={load.reload} loading={load.busy}>
          {t('admin.refresh')}
        </Button>
      </Head>
      <p className="admin-hint">{t('admin.check.hint')}</p>
      <Loaded load={load}>
        {({ items }) => (
          <Table<Item>
            size="small"
            rowKey="name"
            dataSource={items ?? []}
            pagination={false}
            data-testid="check"
            columns={[
              {
                title: t('admin.check.what'),
                width: 180,
                render: (_, i) => t(`admin.check.names.${i.name}`),
              },
              { title: t('admin.check.state'), width: 120, render: (_, i) => <State state={i.state} /> },
              { title: t('admin.check.found'), render: (_, i) => sentence(i) },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}

function State({ state }: { state: Item['state'] }) {
  const { t } = useTranslation();
  return <Tag color={colours[state]}>{t(`admin.check.states.${state}`)}</Tag>;
}
