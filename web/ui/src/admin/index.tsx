import { Button, Spin } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, NavLink, Outlet, Route, Routes, useNavigate } from 'react-router';
import { LangSwitch } from '../components/LangSwitch';
import { api, ask, type Schema } from '../lib/api';
import { AuditPage } from './AuditPage';
import './admin.css';
import { CheckPage } from './CheckPage';
import { DayPage } from './DayPage';
import { DutyPage } from './DutyPage';
import { MonthPage } from './MonthPage';
import { PlannedPage } from './PlannedPage';
import { SchedulesPage } from './SchedulesPage';
import { UnitPage } from './UnitPage';
import { UnitsPage } from './UnitsPage';
import { UsersPage } from './UsersPage';
import { Loaded, useLoad } from './useLoad';

/** The administrator's pages. */
export default function Page() {
  return (
    <Routes>
      <Route element={<Gate />}>
        <Route index element={<Navigate to="day" replace />} />
        <Route path="day" element={<DayPage />} />
        <Route path="unit" element={<UnitPage />} />
        <Route path="month" element={<MonthPage />} />
        <Route path="links" element={<UnitsPage />} />
        <Route path="users" element={<UsersPage />} />
        <Route path="duty" element={<DutyPage />} />
        <Route path="planned" element={<PlannedPage />} />
        <Route path="schedules" element={<SchedulesPage />} />
        <Route path="check" element={<CheckPage />} />
        <Route path="audit" element={<AuditPage />} />
        <Route path="*" element={<Navigate to="/admin/day" replace />} />
      </Route>
    </Routes>
  );
}

function Gate() {
  const me = useLoad('me', () => ask(api.GET('/api/me')));
  if (!me.data) {
    return (
      <main className="whole-page">
        {me.error ? <Loaded load={me}>{() => null}</Loaded> : <Spin size="large" />}
      </main>
    );
  }
  return me.data.role === 'admin' ? <Layout me={me.data} /> : <NotYours me={me.data} />;
}

const attendancePages = ['day', 'unit', 'month'] as const;
const managePages = ['links', 'users', 'duty', 'planned', 'schedules', 'check', 'audit'] as const;

function Layout({ me }: { me: Schema['Me'] }) {
  const { t } = useTranslation();
  return (
    <div className="admin">
      <nav className="admin-nav">
        <b>{t('common.product')}</b>
        <h2>{t('admin.nav.attendance')}</h2>
        {attendancePages.map((p) => (
          <NavLink key={p} to={`/admin/${p}`}>
            {t(`admin.nav.${p}`)}
          </NavLink>
        ))}
        <h2>{t('admin.nav.manage')}</h2>
        {managePages.map((p) => (
          <NavLink key={p} to={`/admin/${p}`}>
            {t(`admin.nav.${p}`)}
          </NavLink>
        ))}
        <span className="admin-gap" />
        <Link to="/hall">{t('common.pages.hall')}</Link>
        <LangSwitch />
        <Logout name={me.display} />
      </nav>
      <main className="admin-main">
        <Outlet />
      </main>
    </div>
  );
}

function Logout({ name }: { name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const leave = async () => {
    // Whatever the server says, the page is left; without a login it does not come back.
    await ask(api.POST('/api/logout')).catch(() => undefined);
    navigate('/login');
  };
  return (
    <Button type="text" onClick={() => void leave()} title={name}>
      {t('admin.nav.logout', { name })}
    </Button>
  );
}

/** What a host sees here: whose pages these are, and the way back. */
function NotYours({ me }: { me: Schema['Me'] }) {
  const { t } = useTranslation();
  return (
    <main className="whole-page" data-testid="not-yours">
      <h1>{t('admin.notYours')}</h1>
      <p className="admin-hint">{t('admin.notYoursHint', { name: me.display })}</p>
      <Link to="/hall">{t('common.pages.hall')}</Link>
      <Logout name={me.display} />
      <LangSwitch />
    </main>
  );
}
