import { Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../lib/api';
import { useLoad } from './useLoad';

const kinds = ['roll', 'text', 'unit', 'branches', 'police_types'] as const;

/** The roster as choices, searched by name or code. */
function useUnitOptions() {
  const load = useLoad('units', () => ask(api.GET('/api/units')));
  return (load.data?.units ?? []).map((u) => ({ value: u.code, label: `${u.name} ${u.code}` }));
}

/** Which units a series calls; none chosen is the whole roster. */
export function UnitsField() {
  const { t } = useTranslation();
  const options = useUnitOptions();
  return (
    <Form.Item name="units" label={t('admin.schedules.units')}>
      <Select
        mode="multiple"
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        maxTagCount={6}
        placeholder={t('admin.schedules.allUnits')}
        options={options}
      />
    </Form.Item>
  );
}

/** The lines of a series' agenda in their order. */
export function AgendaField() {
  const { t } = useTranslation();
  const options = useUnitOptions();
  return (
    <Form.Item label={t('admin.schedules.agenda')}>
      <Form.List name="agenda">
        {(fields, { add, remove, move }) => (
          <div className="agenda-field">
            {fields.map(({ key, name }) => (
              <div key={key}>
                <Form.Item name={[name, 'kind']} noStyle>
                  <Select
                    style={{ width: 150 }}
                    options={kinds.map((value) => ({ value, label: t(`admin.agenda.${value}`) }))}
                  />
                </Form.Item>
                <Form.Item
                  name={[name, 'title']}
                  noStyle
                  rules={[{ required: true, whitespace: true, message: t('admin.required') }]}
                >
                  <Input maxLength={64} />
                </Form.Item>
                <Form.Item noStyle shouldUpdate>
                  {({ getFieldValue }) =>
                    getFieldValue(['agenda', name, 'kind']) === 'unit' && (
                      <Form.Item
                        name={[name, 'unit']}
                        noStyle
                        rules={[{ required: true, message: t('admin.required') }]}
                      >
                        <Select
                          showSearch={{ optionFilterProp: 'label' }}
                          style={{ width: 200 }}
                          options={options}
                        />
                      </Form.Item>
                    )
                  }
                </Form.Item>
                <Button
                  onClick={() => move(name, name - 1)}
                  disabled={name === 0}
                  aria-label={t('admin.agenda.up')}
                >
                  ↑
                </Button>
                <Button
                  onClick={() => move(name, name + 1)}
                  disabled={name === fields.length - 1}
                  aria-label={t('admin.agenda.down')}
                >
                  ↓
                </Button>
                <Button onClick={() => remove(name)} aria-label={t('admin.agenda.remove')}>
                  ×
                </Button>
              </div>
            ))}
            <Button type="dashed" block onClick={() => add({ kind: 'text', title: '' })}>
              {t('admin.agenda.add')}
            </Button>
          </div>
        )}
      </Form.List>
    </Form.Item>
  );
}
