import { SoundOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { MusterClient } from '../lib/types';
import './media.css';
import { useClient, useMuster } from './muster';

/**
 * Plays the room's sound while the server lets this page play it. Each line has an element of its own beside the pictures:
 * the browser keeps lines of one group in sync by their stream id, whatever elements play them.
 */
export function RoomAudio() {
  const client = useClient();
  const play = useMuster((s) => s.air.play);
  const lines = useMuster((s) => s.hello?.lines);
  const box = useRef<HTMLDivElement>(null);
  const names = lines?.filter((l) => l.kind === 'audio' && l.direction === 'recv').map((l) => l.name) ?? [];
  const start = useCallback(() => playAll(box.current, client), [client]);
  // A new connection or new lines mean elements that were never started.
  useEffect(() => {
    if (play && lines) start();
  }, [play, lines, start]);
  if (!play) return null;
  return (
    <>
      <div ref={box} hidden>
        {names.map((name) => (
          <LineAudio key={name} line={name} />
        ))}
      </div>
      <SoundGate onOpen={start} />
    </>
  );
}

function LineAudio({ line }: { line: string }) {
  const client = useClient();
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (audio.current) audio.current.srcObject = client.media.stream(line);
  }, [client, line]);
  // biome-ignore lint/a11y/useMediaCaption: live speech of the call has no captions
  return <audio ref={audio} data-testid={`line-audio-${line}`} autoPlay />;
}

function SoundGate({ onOpen }: { onOpen: () => void }) {
  const { t } = useTranslation();
  const blocked = useMuster((s) => s.soundBlocked);
  useEffect(() => {
    if (!blocked) return;
    // Any click or key is the permission that the browser waits for, be it on this button or not.
    window.addEventListener('pointerup', onOpen);
    window.addEventListener('keyup', onOpen);
    return () => {
      window.removeEventListener('pointerup', onOpen);
      window.removeEventListener('keyup', onOpen);
    };
  }, [blocked, onOpen]);
  if (!blocked) return null;
  return (
    <div className="sound-gate" role="alertdialog" aria-label={t('common.sound.blocked')}>
      <Button
        type="primary"
        size="large"
        autoFocus
        icon={<SoundOutlined />}
        onClick={onOpen}
        data-testid="sound-button"
      >
        {t('common.sound.blocked')}
      </Button>
      <p>{t('common.sound.why')}</p>
    </div>
  );
}

async function playAll(box: HTMLElement | null, client: MusterClient) {
  const elements = [...(box?.querySelectorAll('audio') ?? [])];
  const results = await Promise.allSettled(elements.map((a) => a.play()));
  // Only this refusal is about autoplay; others come from an element that was replaced while it started.
  const blocked = results.some((r) => r.status === 'rejected' && r.reason?.name === 'NotAllowedError');
  client.setSoundBlocked(blocked);
}
