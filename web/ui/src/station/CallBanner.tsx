import { Button } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/Clock';
import { useClient, useMuster } from '../components/muster';
import { duration } from '../components/time';
import { sentence } from '../i18n';
import { MusterError } from '../lib/types';
import type * as wire from '../lib/wire.gen';
import { MicOpener } from './Mic';
import { isMuted } from './turn';

/** The full width of the page while the unit is called and while it reports: nobody can miss it. */
export function CallBanner({ turn, name }: { turn: wire.Turn; name: string }) {
  const called = turn.state === 'called';
  const muted = useMuster(isMuted);
  return (
    <section
      className="call-banner"
      data-testid="call-banner"
      data-state={turn.state}
      data-muted={muted}
      role="alert"
      aria-live="assertive"
    >
      {called ? (
        <Called turn={turn} name={name} muted={muted} />
      ) : (
        <Speaking turn={turn} name={name} muted={muted} />
      )}
    </section>
  );
}

interface Words {
  turn: wire.Turn;
  name: string;
  /** The unit's microphone is. */
  muted: boolean;
}

function Called({ turn, name, muted }: Words) {
  const { t } = useTranslation();
  const { answer, busy, error } = useAnswer(turn.id);
  return (
    <>
      <div className="call-words">
        <span className="call-what">{t('station.call.calling')}</span>
        <b className="call-name">{name}</b>
        <span className="call-left">
          {error ?? <Left turn={turn} />}
          {muted && <b className="call-muted">{t('station.mic.off')}</b>}
        </span>
      </div>
      <div className="call-act">
        <Button className="answer" autoFocus disabled={busy} onClick={answer} data-testid="answer-button">
          {busy ? t('station.call.answering') : t('station.call.answer')}
        </Button>
        <small>{t(muted ? 'station.mic.answerOpens' : 'station.call.answerHint')}</small>
      </div>
    </>
  );
}

function Left({ turn }: { turn: wire.Turn }) {
  const { t } = useTranslation();
  const now = useNow();
  if (turn.sound) return t('station.call.opened');
  if (!turn.miss_at) return turn.shown_at ? t('station.call.heard') : ' ';
  return t('station.call.left', { s: Math.max(0, Math.ceil((Date.parse(turn.miss_at) - now) / 1000)) });
}

function Speaking({ turn, name, muted }: Words) {
  const { t } = useTranslation();
  const now = useNow();
  const spent = now - Date.parse(turn.answered_at ?? turn.called_at);
  const left = turn.speak_until ? Date.parse(turn.speak_until) - now : null;
  return (
    <>
      <div className="call-words">
        <span className="call-what">{t('station.call.speaking')}</span>
        <b className="call-name">{name}</b>
        <span className="call-left">
          {muted ? (
            <b className="call-muted">{t('station.mic.off')}</b>
          ) : (
            t(turn.sound ? 'station.call.speakingHint' : 'station.call.soundHeld')
          )}
        </span>
      </div>
      <div className="call-act" data-testid="turn-clock">
        {muted ? <MicOpener /> : <b className="call-clock">{duration(spent)}</b>}
        <small>
          {left === null
            ? t('station.call.clock')
            : t(left > 0 ? 'station.call.timeLeft' : 'station.call.timeOver', {
                time: duration(Math.abs(left)),
              })}
        </small>
      </div>
    </>
  );
}

/** 到 by the button or, wherever the focus is, by space or Enter. */
function useAnswer(turn: string) {
  const client = useClient();
  const { i18n } = useTranslation();
  const open = useMuster((s) => s.link.state === 'open');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<MusterError | null>(null);
  const answer = useCallback(() => {
    setBusy(true);
    setRefusal(null);
    client.command('turn.answer', { turn }).catch((e) => {
      setBusy(false);
      setRefusal(
        e instanceof MusterError
          ? e
          : new MusterError('unknown', i18n.t('common.errors.unknown'), i18n.t('common.errors.unknown')),
      );
    });
  }, [client, turn, i18n]);
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.repeat || busy || !open || (e.key !== ' ' && e.key !== 'Enter')) return;
      e.preventDefault();
      answer();
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, [answer, busy, open]);
  return { answer, busy, error: refusal && sentence(refusal) };
}

const calmMS = 10_000;
const endings = ['released', 'missed', 'withdrawn'] as const;

/** A calm word after a turn has ended, for a while. */
export function TurnEnded({ turn }: { turn: wire.Turn }) {
  const { t } = useTranslation();
  const now = useNow();
  const state = endings.find((s) => s === turn.state);
  const ended = Date.parse(turn.ended_at ?? '');
  if (!state || !(now - ended < calmMS)) return null;
  return (
    <section className="turn-ended" data-testid="turn-ended" data-state={state} role="status">
      <b>{t(`station.call.${state}`)}</b>
      <span>{t(`station.call.${state}Hint`)}</span>
    </section>
  );
}
