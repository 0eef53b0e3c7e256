import { Button, Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import { sentence } from '../i18n';
import { api, ask } from '../lib/api';
import { useAsked } from './useAsked';

const lookMS = 60_000;
const lookAtServer = () => ask(api.GET('/api/check'));

/** What the server finds wrong with itself: red before a call is worth a look. */
export function ServerCheck() {
  const { t } = useTranslation();
  const check = useAsked(lookAtServer, lookMS);
  const wrong = (check?.items ?? []).filter((i) => i.state === 'warn' || i.state === 'bad');
  const bad = wrong.some((i) => i.state === 'bad');
  const tone = wrong.length === 0 ? 'none' : bad ? 'bad' : 'warn';
  return (
    <Popover
      trigger="click"
      content={
        <ul className="desk-list">
          {wrong.map((item) => (
            <li key={item.name} data-state={item.state}>
              {sentence(item)}
            </li>
          ))}
        </ul>
      }
    >
      <Button
        size="small"
        type="text"
        disabled={wrong.length === 0}
        className="desk-chip"
        data-tone={tone}
        data-testid="desk-check"
      >
        {t('hall.desk.check')} <b>{wrong.length}</b>
      </Button>
    </Popover>
  );
}
