import { App, Button, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OwnCheck } from '../components/OwnCheck';
import { clockTime } from '../components/time';
import { sentence } from '../i18n';
import { api, ask, type Schema } from '../lib/api';
import { Head } from './parts';
import { Loaded, useLoad, useRefusal } from './useLoad';

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
        <RunNow onRan={load.reload} />
        <Button onClick={load.reload} loading={load.busy}>
          {t('admin.refresh')}
        </Button>
      </Head>
      <p className="admin-hint">{t('admin.check.hint')}</p>
      {load.data && <OwnCheck check={load.data} />}
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

/** Looks now and tells the webhook, so that an administrator sees whether an alert would arrive. */
function RunNow({ onRan }: { onRan: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const refuse = useRefusal(onRan);
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const { items } = await ask(api.POST('/api/check/run'));
      const hook = items?.find((i) => i.name === 'webhook');
      if (!hook) void message.info(t('admin.check.ran'));
      else if (hook.state === 'ok') void message.success(t('admin.check.sent'));
      else void message.warning(t('admin.check.notSent'));
      onRan();
    } catch (e) {
      refuse(e);
    }
    setBusy(false);
  };
  return (
    <Button onClick={() => void run()} loading={busy} data-testid="check-run">
      {t('admin.check.run')}
    </Button>
  );
}

function State({ state }: { state: Item['state'] }) {
  const { t } = useTranslation();
  return <Tag color={colours[state]}>{t(`admin.check.states.${state}`)}</Tag>;
}
