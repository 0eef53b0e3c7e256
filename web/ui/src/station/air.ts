import type { DevicesState } from '../lib/devices';
import type { AppState } from '../lib/types';
import type * as wire from '../lib/wire.gen';

export interface AirTruth {
  picture: 'nobody' | 'hall' | 'everyone';
  sound: boolean;
}

/** Who really sees and hears this page: the server's word, unless nothing leaves this machine. */
export function airTruth(s: Pick<AppState, 'air' | 'link' | 'media'>, devices: DevicesState): AirTruth {
  const offline = s.link.state !== 'open' || s.media.state !== 'connected';
  if (offline) return { picture: 'nobody', sound: false };
  const { picture } = s.air;
  const seen = devices.camera.track !== null && (picture === 'hall' || picture === 'everyone');
  return { picture: seen ? picture : 'nobody', sound: s.air.sound && devices.microphone.track !== null };
}

interface Air extends Pick<AppState, 'air' | 'link' | 'media'> {
  /** Pictures are blurred as long as the call has not begun. */
  blur: boolean;
  seat: wire.Seat | undefined;
}

/** What the sign says: who sees and hears the officer, and below that what the microphone does. */
export function airWords({ blur, seat, ...s }: Air, devices: DevicesState) {
  const truth = airTruth(s, devices);
  const online = s.link.state === 'open';
  const privately = s.air.private && online && s.media.state === 'connected';
  const seen = blur && truth.picture === 'hall' ? 'blurred' : signKey(truth);
  const hint = hintKey(truth, s.air.mic, devices);
  const said = mutedBy(seat) ?? (privately && hint === 'micReady' ? 'privateMic' : hint);
  return { truth, privately, sign: privately ? 'private' : seen, hint: online ? said : 'offline' } as const;
}

function signKey({ picture, sound }: AirTruth) {
  if (!sound) return picture;
  if (picture === 'everyone') return 'everyoneSound';
  return picture === 'hall' ? 'hallSound' : 'soundOnly';
}

/** Who muted the microphone, null while it is on. */
function mutedBy(seat: wire.Seat | undefined) {
  if (!seat?.muted) return null;
  return seat.muted_by === 'officer' ? 'muted' : 'mutedByHall';
}

function hintKey(truth: AirTruth, mic: boolean, devices: DevicesState) {
  if (mic && (!devices.microphone.track || devices.silent)) return 'micTrouble';
  if (truth.sound) return 'micOn';
  if (mic) return 'micReady';
  if (!devices.camera.track) return 'noCamera';
  return truth.picture === 'everyone' ? 'micWaits' : 'micOff';
}
