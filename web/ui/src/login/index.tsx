import { Alert, Button, Form, Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { LangSwitch } from '../components/LangSwitch';
import { language } from '../i18n';
import { api, ask, Refused, type Schema, unreachable } from '../lib/api';
import './login.css';
import { afterLogin } from './next';

/** The front door of hosts and administrators; stations come by their links. */
export default function Page() {
  const { t } = useTranslation();
  const build = useBuild();
  return (
    <main className="login">
      <header>
        <LangSwitch />
      </header>
      <section className="login-card">
        <h1>{t('common.product')}</h1>
        <p>{t('admin.login.subtitle')}</p>
        <LoginForm />
        {build?.rehearsal && <p className="login-hint">{t('admin.login.rehearsal')}</p>}
        <p className="login-hint">{t('admin.login.station')}</p>
        {build?.local_ca && (
          <a className="login-hint" href="/ca.crt" download>
            {t('admin.login.ca')}
          </a>
        )}
      </section>
      <footer>{build?.build}</footer>
    </main>
  );
}

type Fields = { name: string; password: string };

function LoginForm() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [refused, setRefused] = useState<Refused | null>(null);
  const [busy, setBusy] = useState(false);
  const [form] = Form.useForm<Fields>();
  const password = useRef<InputRef>(null);
  const submit = async (body: Fields) => {
    setBusy(true);
    setRefused(null);
    try {
      const me = await ask(api.POST('/api/login', { body }));
      navigate(afterLogin(params.get('next'), me.role), { replace: true });
    } catch (e) {
      setRefused(e instanceof Refused ? e : unreachable);
      setBusy(false);
      form.setFieldValue('password', '');
      password.current?.focus();
    }
  };
  return (
    <Form form={form} layout="vertical" size="large" requiredMark={false} onFinish={(f) => void submit(f)}>
      <Form.Item
        name="name"
        label={t('admin.login.name')}
        rules={[{ required: true, message: t('admin.login.nameMissing') }]}
      >
        <Input autoFocus autoComplete="username" maxLength={64} data-testid="login-name" />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('admin.login.password')}
        rules={[{ required: true, message: t('admin.login.passwordMissing') }]}
      >
        <Input.Password
          ref={password}
          autoComplete="current-password"
          maxLength={256}
          data-testid="login-password"
        />
      </Form.Item>
      <div className="login-refused" role="alert">
        {refused && (
          <Alert
            type="error"
            showIcon
            title={language() === 'en' ? refused.en : refused.zh}
            data-testid="login-refused"
            data-code={refused.code}
          />
        )}
      </div>
      <Button type="primary" htmlType="submit" block loading={busy} data-testid="login-submit">
        {t('admin.login.submit')}
      </Button>
    </Form>
  );
}

/** What server this is; the page works without knowing. */
function useBuild(): Schema['BuildOutputBody'] | undefined {
  const [build, setBuild] = useState<Schema['BuildOutputBody']>();
  useEffect(() => {
    ask(api.GET('/api/build')).then(setBuild, () => undefined);
  }, []);
  return build;
}
