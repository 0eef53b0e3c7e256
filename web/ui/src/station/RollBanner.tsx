import { Button } from 'antd';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/Clock';
import { useMuster } from '../components/muster';
import { useCommand } from '../components/useCommand';
import { rollAsked } from './turn';

/** The roll asks for one press: a page that is open proves no officer. */
export function RollBanner() {
  const { t } = useTranslation();
  const run = useCommand();
  const answering = useRef(false);
  const now = useNow();
  const session = useMuster((s) => s.session);
  const asked = useMuster(rollAsked);
  const roll = asked ? session?.roll : undefined;
  const answer = useCallback(async () => {
    if (!roll || answering.current) return;
    answering.current = true;
    await run('roll.answer', { roll });
    answering.current = false;
  }, [roll, run]);
  useEffect(() => {
    if (!roll) return;
    const key = (e: KeyboardEvent) => {
      if (
        e.repeat ||
        (e.key !== ' ' && e.key !== 'Enter') ||
        (e.target as HTMLElement).closest('button, [role=dialog]')
      )
        return;
      e.preventDefault();
      void answer();
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, [roll, answer]);
  if (!roll) return null;
  const left = Math.max(0, Math.ceil((Date.parse(session?.roll_until ?? '') - now) / 1000));
  return (
    <section className="roll-banner" data-testid="roll-banner" role="alert">
      <div>
        <b>{t(session?.roll_kind === 'spot' ? 'station.roll.spot' : 'station.roll.title')}</b>
        <span>{t('station.roll.left', { s: left })}</span>
      </div>
      <Button className="answer" autoFocus onClick={() => void answer()} data-testid="roll-button">
        {t('station.roll.answer')}
      </Button>
    </section>
  );
}
