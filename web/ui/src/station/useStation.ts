import { type RefObject, useEffect, useRef } from 'react';
import { useDevices } from '../components/devices';
import { useClient, useMuster } from '../components/muster';
import { playCall } from '../lib/sounds';
import { SpeechDetector } from '../lib/speech';
import type * as wire from '../lib/wire.gen';

const listenMS = 100;

/** While the unit is called, tells the server whether the officer speaks: the miss timer waits meanwhile. */
export function useSpeech(turn: wire.Turn | undefined, ringing: RefObject<boolean>): void {
  const client = useClient();
  const devices = useDevices();
  const called = turn?.state === 'called' ? turn.id : undefined;
  useEffect(() => {
    if (!called) return;
    const detector = new SpeechDetector();
    let active = false;
    const timer = setInterval(() => {
      // The microphone hears the page's own ringing too, and that is no officer.
      const now = detector.feed(ringing.current ? 0 : devices.level.now(), performance.now());
      if (now === active) return;
      active = now;
      client.report('speech', { active });
    }, listenMS);
    // Once the turn is no longer "called" nobody waits for speech: no last word is needed.
    return () => clearInterval(timer);
  }, [client, devices, called, ringing]);
}

/** Confirms turn.shown once the call is really on the screen: painted, and the page in front. */
export function useShown(turn: wire.Turn | undefined): void {
  const client = useClient();
  const online = useMuster((s) => s.link.state === 'open');
  const called = turn?.state === 'called' && !turn.shown_at ? turn.id : undefined;
  const sent = useRef<string>(undefined);
  useEffect(() => {
    if (!called || !online || sent.current === called) return;
    let frame = 0;
    const confirm = () => {
      sent.current = called;
      // It fails when the turn has ended meanwhile, or over a long loss: then it is due again after the return.
      client.command('turn.shown', { turn: called }).catch(() => {
        sent.current = undefined;
      });
    };
    // The first frame comes before the paint of this render, the second after it. A hidden page gets no frames at all.
    frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(confirm);
    });
    return () => cancelAnimationFrame(frame);
  }, [client, online, called]);
}

const ringMS = 6000;

/** Rings until the officer answers, and says it in the tab's title for a page that is behind another window. */
export function useRinging(turn: wire.Turn | undefined, title: string): RefObject<boolean> {
  const ringing = useRef(false);
  const called = turn?.state === 'called' ? turn.id : undefined;
  useEffect(() => {
    if (!called) return;
    const before = document.title;
    document.title = title + before;
    const ring = async () => {
      ringing.current = true;
      await playCall();
      ringing.current = false;
    };
    void ring();
    const timer = setInterval(() => void ring(), ringMS);
    return () => {
      clearInterval(timer);
      document.title = before;
    };
  }, [called, title]);
  return ringing;
}
