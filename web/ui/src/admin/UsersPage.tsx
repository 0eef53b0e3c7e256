import { Button, Form, Input, Modal, Select, Switch, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask, type Schema } from '../lib/api';
import { Head } from './parts';
import { Loaded, useLoad, useRefusal } from './useLoad';

type User = Schema['User'];

/** Hosts and administrators. */
export function UsersPage() {
  const { t } = useTranslation();
  const load = useLoad('users', () => ask(api.GET('/api/users')));
  const [edited, setEdited] = useState<User | 'new' | null>(null);
  return (
    <>
      <Head title={t('admin.nav.users')}>
        <span className="admin-gap" />
        <Button type="primary" onClick={() => setEdited('new')} data-testid="user-add">
          {t('admin.users.add')}
        </Button>
      </Head>
      <Loaded load={load}>
        {({ users }) => (
          <Table<User>
            size="small"
            rowKey={(u) => u.name}
            dataSource={users ?? []}
            pagination={false}
            columns={[
              { title: t('admin.users.name'), render: (_, u) => <code>{u.name}</code> },
              { title: t('admin.users.display'), dataIndex: 'display' },
              { title: t('admin.users.role'), render: (_, u) => t(`admin.users.roles.${u.role}`) },
              {
                title: t('admin.users.state'),
                render: (_, u) => (
                  <>
                    <Tag color={u.disabled ? 'red' : 'green'}>
                      {t(u.disabled ? 'admin.users.disabled' : 'admin.users.enabled')}
                    </Tag>
                    {u.sample && <Tag color="purple">{t('admin.links.sample')}</Tag>}
                  </>
                ),
              },
              {
                title: '',
                align: 'right',
                render: (_, u) => (
                  <Button size="small" onClick={() => setEdited(u)}>
                    {t('admin.change')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {edited && <UserModal user={edited} onClose={() => setEdited(null)} onSaved={load.reload} />}
    </>
  );
}

interface Fields {
  name: string;
  display: string;
  role: 'host' | 'admin' | 'observer';
  dossiers?: boolean;
  enabled: boolean;
  password: string;
}

function UserModal({
  user,
  onClose,
  onSaved,
}: {
  user: User | 'new';
  onClose: () => void;
  onSaved: () => void;
}) {
  const { t } = useTranslation();
  const refuse = useRefusal(onSaved);
  const [form] = Form.useForm<Fields>();
  const [busy, setBusy] = useState(false);
  const role = Form.useWatch('role', form);
  const isNew = user === 'new';
  const save = async (f: Fields) => {
    setBusy(true);
    try {
      await (isNew ? create(f) : change(user.name, f));
      onSaved();
      onClose();
    } catch (e) {
      setBusy(false);
      refuse(e);
    }
  };
  const start = isNew ? { role: 'host', enabled: true } : { ...user, enabled: !user.disabled };
  return (
    <Modal
      open
      title={isNew ? t('admin.users.add') : user.name}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={busy}
    >
      <Form form={form} layout="vertical" initialValues={start} onFinish={(f) => void save(f)}>
        {isNew && (
          <Form.Item
            name="name"
            label={t('admin.users.name')}
            extra={t('admin.users.nameRule')}
            rules={[
              { required: true, pattern: /^[a-z0-9][a-z0-9._-]{1,31}$/, message: t('admin.users.nameRule') },
            ]}
          >
            <Input autoFocus />
          </Form.Item>
        )}
        <Form.Item
          name="display"
          label={t('admin.users.display')}
          rules={[{ required: true, message: t('admin.required') }]}
        >
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="role" label={t('admin.users.role')}>
          <Select
            options={(['host', 'admin', 'observer'] as const).map((value) => ({
              value,
              label: t(`admin.users.roles.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item
          name="password"
          label={t(isNew ? 'admin.users.password' : 'admin.users.newPassword')}
          rules={isNew ? [{ required: true, message: t('admin.required') }] : []}
        >
          <Input.Password autoComplete="new-password" maxLength={256} />
        </Form.Item>
        {role === 'observer' && (
          <Form.Item name="dossiers" label={t('admin.users.dossiers')} valuePropName="checked">
            <Switch />
          </Form.Item>
        )}
        {!isNew && (
          <Form.Item name="enabled" label={t('admin.users.enabled')} valuePropName="checked">
            <Switch />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}

function create({ name, display, role, password, dossiers }: Fields) {
  return ask(
    api.POST('/api/users', { body: { name, display, role, password, dossiers: dossiers ?? false } }),
  );
}

function change(name: string, { display, role, password, enabled, dossiers }: Fields) {
  const body = {
    display,
    role,
    disabled: !enabled,
    dossiers: dossiers ?? false,
    ...(password ? { password } : {}),
  };
  return ask(api.PUT('/api/users/{name}', { params: { path: { name } }, body }));
}
