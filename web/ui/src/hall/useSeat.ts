import { useMuster } from '../components/muster';
import type { AppState } from '../lib/types';
import { type SeatLook, seatLook } from './seats';

/** How a unit stands now. A wall is not told about turns, but it knows who is on the floor and who is heard. */
export function lookOf(s: AppState, code: string): SeatLook {
  const seat = s.seats[code];
  const turn = seat?.turn ? s.turns.find((t) => t.id === seat.turn) : undefined;
  if (turn || !seat?.turn) return seatLook(seat, turn);
  return s.floor.places.some((p) => p.unit === code && p.sound) ? 'speaking' : 'called';
}

export function useLook(code: string): SeatLook {
  return useMuster((s) => lookOf(s, code));
}
