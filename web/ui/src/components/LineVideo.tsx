import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import './media.css';
import type * as wire from '../lib/wire.gen';
import { useClient, useMuster } from './muster';

interface Props {
  line: string;
  className?: string;
  /** "contain" shows the whole picture, "cover" fills the box. */
  fit?: 'contain' | 'cover';
  /** What to say instead of "no picture" while the line is empty. */
  word?: string;
}

/** The picture of a receiving line, with a word in its place when there is none. It plays no sound: RoomAudio does. */
export function LineVideo({ line, className = '', fit = 'contain', word }: Props) {
  const client = useClient();
  const { t } = useTranslation();
  const slot = useMuster((s) => s.slots[line]?.state ?? 'empty');
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = client.media.stream(line);
  }, [client, line]);
  return (
    <div className={`line-video ${className}`} data-testid={`line-video-${line}`} data-state={slot}>
      <video
        ref={video}
        muted
        autoPlay
        playsInline
        style={{ objectFit: fit, visibility: slot === 'empty' ? 'hidden' : 'visible' }}
      />
      {slot !== 'live' && (
        <span className="line-video-word">{word ?? t(`common.picture.${wordOf(slot)}`)}</span>
      )}
    </div>
  );
}

function wordOf(slot: string): 'empty' | 'pending' | 'lost' {
  return slot === 'pending' || slot === 'lost' ? slot : 'empty';
}

/** The unit whose picture a line really shows: while a new one is awaited that is still the old one. */
export function useLineUnit(line: string, wanted: string | undefined): wire.Unit | undefined {
  return useMuster((s) => s.units[s.slots[line]?.unit || wanted || '']);
}
