import { Button } from 'antd';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { useCommand } from '../components/useCommand';
import { isMuted, ownSeat } from './turn';

/** Mutes and opens the officer's microphone. */
function useMic() {
  const run = useCommand();
  return useCallback((on: boolean) => void run('mic', { on }), [run]);
}

/** The officer's own switch: by the button, or by M wherever the focus is. */
export function MicButton() {
  const { t } = useTranslation();
  const set = useMic();
  const muted = useMuster(isMuted);
  const inCall = useMuster((s) => ownSeat(s)?.presence === 'here' && s.link.state === 'open');
  useEffect(() => {
    if (!inCall) return;
    const key = (e: KeyboardEvent) => {
      const typing = e.target instanceof HTMLElement && e.target.closest('input, textarea, select');
      if (e.repeat || e.ctrlKey || e.metaKey || e.altKey || typing || e.key.toLowerCase() !== 'm') return;
      e.preventDefault();
      set(muted);
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, [inCall, muted, set]);
  if (!inCall) return null;
  return (
    <Button
      className="mic-button"
      size="small"
      type={muted ? 'primary' : 'default'}
      danger={muted}
      onClick={() => set(muted)}
      data-testid="mic-button"
      data-muted={muted}
    >
      {t(muted ? 'station.mic.open' : 'station.mic.mute')} <kbd>M</kbd>
    </Button>
  );
}

/** One press opens the muted microphone: the button, space or Enter. */
export function MicOpener() {
  const { t } = useTranslation();
  const set = useMic();
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      const elsewhere = (e.target as HTMLElement).closest('button, input, textarea, [role=dialog]');
      if (e.repeat || (e.key !== ' ' && e.key !== 'Enter') || elsewhere) return;
      e.preventDefault();
      set(true);
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, [set]);
  return (
    <Button className="answer mic-open" autoFocus onClick={() => set(true)} data-testid="mic-open">
      {t('station.mic.open')}
    </Button>
  );
}

/** The hall asks for the microphone: nobody but the officer can open it. */
export function MicBanner() {
  const { t } = useTranslation();
  const asked = useMuster((s) => ownSeat(s)?.mic_asked);
  if (!asked) return null;
  return (
    <section className="roll-banner" data-testid="mic-banner" role="alert">
      <div>
        <b>{t('station.mic.asked')}</b>
        <span>{t('station.mic.askedHint')}</span>
      </div>
      <MicOpener key={asked} />
    </section>
  );
}
