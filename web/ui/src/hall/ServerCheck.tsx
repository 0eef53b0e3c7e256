import { Button, Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import { Findings, OwnCheck } from '../components/OwnCheck';
import { found, toneOf } from '../lib/check';
import { useFigures } from './Figures';

/** What the server finds wrong with itself, now and by itself before the call: red is worth a look before anybody is called. */
export function ServerCheck() {
  const { t } = useTranslation();
  const check = useFigures().check.answer;
  const wrong = found(check?.items);
  return (
    <Popover
      trigger="click"
      content={
        check && (
          <div className="server-check">
            <Findings items={wrong} />
            <OwnCheck check={check} said={wrong} />
          </div>
        )
      }
    >
      <Button
        size="small"
        type="text"
        disabled={!check}
        className="desk-chip"
        data-tone={toneOf(check?.items)}
        data-testid="desk-check"
      >
        {t('hall.desk.check')} <b>{wrong.length}</b>
      </Button>
    </Popover>
  );
}

/** The same in full, while there is no call and room for it. */
export function ServerCheckPart() {
  const { t } = useTranslation();
  const check = useFigures().check.answer;
  if (!check) return null;
  const wrong = found(check.items);
  return (
    <section className="server-check" data-testid="server-check" data-tone={toneOf(check.items)}>
      <h3>
        {t('hall.desk.serverCheck')}
        {wrong.length === 0 && ` ${t('common.selfcheck.fine')}`}
      </h3>
      <Findings items={wrong} />
      <OwnCheck check={check} said={wrong} />
    </section>
  );
}
