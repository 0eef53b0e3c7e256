import type { AppState, Link, MediaState, NoticeItem } from './types';
import type * as wire from './wire.gen';

/** Everything that changes the state. */
export type Input =
  | { kind: 'frame'; frame: wire.Frame }
  | { kind: 'link'; link: Link }
  | { kind: 'media'; media: MediaState }
  | { kind: 'sound'; blocked: boolean }
  | { kind: 'drop'; notice: number }
  /** The officer has said whether another device may have the seat. */
  | { kind: 'seatDecided' };

const emptyFloor: wire.Floor = { places: [{ sound: false }, { sound: false }, { sound: false }] };
const emptyDesk: wire.Desk = { agenda: [], step: -1, faults: [], observers: 0 };
const mostNotices = 5;

export const initial: AppState = {
  link: { state: 'connecting', attempt: 0, bye: null, rttMS: 0 },
  media: { state: 'none', generation: 0, soundOnly: false },
  soundBlocked: false,
  hello: null,
  roster: [],
  units: {},
  ready: false,
  session: null,
  next: null,
  seats: {},
  turns: [],
  floor: emptyFloor,
  hall: { you: false, live: false },
  air: { picture: 'nobody', sound: false, mic: false, play: false, private: false },
  slots: {},
  layers: {},
  dossiers: {},
  record: { state: 'ok', pending: 0 },
  desk: emptyDesk,
  seatTaken: null,
  seatAsked: null,
  notices: [],
};

export function reduce(state: AppState, input: Input): AppState {
  switch (input.kind) {
    case 'frame':
      return reducers[input.frame.type]?.(state, input.frame.data) ?? state;
    case 'link':
      return { ...state, link: input.link };
    case 'media':
      return { ...state, media: input.media };
    case 'sound':
      return state.soundBlocked === input.blocked ? state : { ...state, soundBlocked: input.blocked };
    case 'seatDecided':
      return { ...state, seatAsked: null };
    case 'drop':
      return { ...state, notices: state.notices.filter((n) => n.id !== input.notice) };
  }
}

type Reducer = (state: AppState, data: unknown) => AppState;

/** Gives the data of a frame its type; the server is trusted to keep the protocol that both sides are generated from. */
function on<T>(apply: (state: AppState, data: T) => AppState): Reducer {
  return (state, data) => apply(state, data as T);
}

const reducers: Readonly<Record<string, Reducer>> = {
  hello: on<wire.Hello>((s, hello) => ({
    ...s,
    hello,
    layers: {},
    seatTaken: null,
  })),
  roster: on<wire.Roster>((s, d) => ({ ...s, roster: d.units, units: by(d.units, (u) => u.code) })),
  snapshot: on<wire.Snapshot>((s, d) => ({
    ...s,
    ready: true,
    session: d.session,
    next: d.next,
    ...seated(
      s,
      by(d.seats ?? [], (seat) => seat.unit),
    ),
    turns: d.turns ?? [],
    floor: d.floor,
    hall: d.hall,
    air: d.air,
    slots: by(d.slots ?? [], (slot) => slot.line),
    dossiers: by(d.dossiers ?? [], (dossier) => dossier.turn),
    record: d.record,
    desk: d.desk ?? emptyDesk,
  })),
  session: on<wire.Session | null>((s, session) => ({ ...s, session: session ?? null })),
  seats: on<wire.Seats>((s, d) => ({
    ...s,
    ...seated(s, { ...s.seats, ...by(d.seats, (seat) => seat.unit) }),
  })),
  turn: on<wire.Turn>((s, turn) => ({ ...s, turns: upsert(s.turns, turn) })),
  floor: on<wire.Floor>((s, floor) => ({ ...s, floor })),
  hall: on<wire.Hall>((s, hall) => ({ ...s, hall })),
  air: on<wire.Air>((s, air) => ({ ...s, air })),
  slots: on<wire.Slots>((s, d) => ({ ...s, slots: { ...s.slots, ...by(d.slots, (slot) => slot.line) } })),
  layers: on<wire.Layers>((s, d) => ({ ...s, layers: { ...s.layers, [d.line]: d.active ?? [] } })),
  dossier: on<wire.Dossier>((s, d) => ({ ...s, dossiers: { ...s.dossiers, [d.turn]: d } })),
  record: on<wire.Record>((s, record) => ({ ...s, record })),
  desk: on<wire.Desk>((s, desk) => ({ ...s, desk })),
  'seat.taken': on<wire.SeatTaken>((s, seatTaken) => ({ ...s, seatTaken, seatAsked: null })),
  'seat.asked': on<wire.SeatAsked>((s, seatAsked) => ({ ...s, seatAsked })),
  notice: on<wire.Notice>((s, notice) => addNotice(s, notice)),
  error: on<wire.Error>((s, error) => addNotice(s, { ...error, level: 'error' })),
};

/** With the new seats: whoever asked for the page's own seat and no longer waits has gone, and the question with it. */
function seated(s: AppState, seats: AppState['seats']): Pick<AppState, 'seats' | 'seatAsked'> {
  const me = s.hello?.you.unit ?? '';
  const gone = s.seats[me]?.waiting && !seats[me]?.waiting;
  return { seats, seatAsked: gone ? null : s.seatAsked };
}

function by<T>(items: readonly T[], key: (item: T) => string): Record<string, T> {
  return Object.fromEntries(items.map((item) => [key(item), item]));
}

function upsert(turns: readonly wire.Turn[], turn: wire.Turn): readonly wire.Turn[] {
  const at = turns.findIndex((t) => t.id === turn.id);
  return at < 0 ? [...turns, turn] : turns.with(at, turn);
}

function addNotice(state: AppState, notice: wire.Notice): AppState {
  const item: NoticeItem = { ...notice, id: (state.notices.at(-1)?.id ?? 0) + 1 };
  return { ...state, notices: [...state.notices, item].slice(-mostNotices) };
}

/** Holds the state and tells who subscribed. */
export class Store {
  private current = initial;
  private readonly listeners = new Set<() => void>();

  state(): AppState {
    return this.current;
  }

  subscribe(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  dispatch(input: Input) {
    const next = reduce(this.current, input);
    if (next === this.current) return;
    this.current = next;
    for (const changed of [...this.listeners]) changed();
  }
}
