import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { clockTime, day as dayOf } from '../components/time';
import { api, ask, type Schema } from '../lib/api';
import { addDays } from './entries';
import { DateInput, Head } from './parts';
import { Loaded, useLoad } from './useLoad';

type Action = Schema['Action'];

/** Who did what outside of calls: logins, links, users, schedules. */
export function AuditPage() {
  const { t } = useTranslation();
  const name = useActionName();
  const [params, setParams] = useSearchParams();
  const today = dayOf(Date.now());
  const from = params.get('from') ?? addDays(today, -7);
  const to = params.get('to') ?? today;
  const set = (change: Record<string, string>) => setParams({ from, to, ...change }, { replace: true });
  const load = useLoad(`audit ${from} ${to}`, () =>
    ask(api.GET('/api/audit', { params: { query: { from, to } } })),
  );
  return (
    <>
      <Head title={t('admin.nav.audit')}>
        <DateInput value={from} onChange={(d) => set({ from: d })} label={t('admin.unit.from')} />
        <DateInput value={to} onChange={(d) => set({ to: d })} label={t('admin.unit.to')} />
      </Head>
      <Loaded load={load}>
        {({ actions }) => (
          <Table<Action & { key: string }>
            size="small"
            dataSource={(actions ?? []).map((a, i) => ({ ...a, key: `${a.at} ${i}` }))}
            pagination={{ pageSize: 50, hideOnSinglePage: true }}
            locale={{ emptyText: t('admin.audit.none') }}
            columns={[
              { title: t('admin.audit.at'), render: (_, a) => `${dayOf(a.at)} ${clockTime(a.at)}` },
              { title: t('admin.audit.actor'), dataIndex: 'actor' },
              { title: t('admin.audit.action'), render: (_, a) => name(a.action) },
              { title: t('admin.audit.subject'), dataIndex: 'subject' },
              { title: t('admin.audit.detail'), dataIndex: 'detail' },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}

/** The server's names of actions, and how the dictionary calls them. */
const names = {
  login: 'login',
  'link.create': 'linkCreate',
  'link.revoke': 'linkRevoke',
  'user.create': 'userCreate',
  'user.change': 'userChange',
  'schedule.change': 'scheduleChange',
  'calendar.import': 'calendarImport',
  'calendar.override': 'calendarOverride',
  'calendar.restore': 'calendarRestore',
  'duty.import': 'dutyImport',
  'excuse.plan': 'excusePlan',
  'excuse.unplan': 'excuseUnplan',
  'duty.delete': 'dutyDelete',
  'check.run': 'checkRun',
} as const;

function useActionName(): (action: string) => string {
  const { t } = useTranslation();
  return (action) => {
    const name = Object.entries(names).find(([server]) => server === action)?.[1];
    return name ? t(`admin.audit.actions.${name}`) : action;
  };
}
