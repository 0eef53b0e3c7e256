import { App as AntApp, ConfigProvider, Spin, theme } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Link, Navigate, Route, Routes } from 'react-router';
import { ErrorBoundary } from './components/ErrorBoundary';
import './components/shared.css';

const Login = lazy(() => import('./login'));
const Hall = lazy(() => import('./hall'));
const Wall = lazy(() => import('./wall'));
const Observe = lazy(() => import('./observe'));
const Station = lazy(() => import('./station'));
const Admin = lazy(() => import('./admin'));

const dark = {
  algorithm: theme.darkAlgorithm,
  token: {
    colorPrimary: '#3b82f6',
    colorSuccess: '#22c55e',
    colorWarning: '#f59e0b',
    colorError: '#ef4444',
    colorBgBase: '#0a101c',
    colorBgContainer: '#111a2b',
    colorBgElevated: '#172338',
    colorBorder: '#243350',
    colorBorderSecondary: '#243350',
    colorTextBase: '#e8eef8',
    fontFamily: 'var(--font)',
    fontSize: 15,
    borderRadius: 8,
  },
};

export function App() {
  const { i18n } = useTranslation();
  return (
    <ConfigProvider
      locale={i18n.language === 'en' ? enUS : zhCN}
      theme={dark}
      button={{ autoInsertSpace: false }}
    >
      <AntApp className="app">
        <ErrorBoundary>
          <BrowserRouter>
            <Suspense fallback={<Loading />}>
              <Routes>
                <Route path="/" element={<Navigate to="/hall" replace />} />
                <Route path="/login" element={<Login />} />
                <Route path="/hall" element={<Hall />} />
                <Route path="/wall" element={<Wall />} />
                <Route path="/observe" element={<Observe />} />
                <Route path="/station" element={<Station />} />
                <Route path="/admin/*" element={<Admin />} />
                <Route path="*" element={<NotFound />} />
              </Routes>
            </Suspense>
          </BrowserRouter>
        </ErrorBoundary>
      </AntApp>
    </ConfigProvider>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <main className="whole-page" aria-busy="true">
      <Spin size="large" />
      <p>{t('common.loading')}</p>
    </main>
  );
}

function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="whole-page">
      <h1>{t('common.notFound.title')}</h1>
      <Link to="/">{t('common.notFound.home')}</Link>
    </main>
  );
}
