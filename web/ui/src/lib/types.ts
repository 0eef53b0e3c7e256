import type * as wire from './wire.gen';

/** What the socket is doing. */
export interface Link {
  state: 'connecting' | 'open' | 'waiting' | 'taken' | 'stopped';
  /** How often in a row a connection was tried without success. */
  attempt: number;
  /** What the server said when it ended the connection; null when it said nothing. With "stopped" the page stays away. */
  bye: wire.Error | null;
  rttMS: number;
}

/** What the peer connection is doing. */
export interface MediaState {
  state: 'none' | 'connecting' | 'connected' | 'failed';
  /** Grows with every new peer connection: tracks of lines are other ones then. */
  generation: number;
  /** The browser does not have the call's video codec: sound is all there is. */
  soundOnly: boolean;
}

/** A notice of the server, as a toast. */
export interface NoticeItem extends wire.Notice {
  id: number;
}

/** Everything a page draws itself from. Immutable: a change makes a new object, untouched parts keep their identity. */
export interface AppState {
  link: Link;
  media: MediaState;
  /** The browser refused to play sound before a click. */
  soundBlocked: boolean;
  hello: wire.Hello | null;
  /** The units in their display order. */
  roster: readonly wire.Unit[];
  /** The same by code. */
  units: Readonly<Record<string, wire.Unit>>;
  /** True once the snapshot after hello has come; it stays true (with the last known state) over a loss. */
  ready: boolean;
  session: wire.Session | null;
  next: wire.Next | null;
  /** By unit code. */
  seats: Readonly<Record<string, wire.Seat>>;
  /** In the order in which they were called. */
  turns: readonly wire.Turn[];
  floor: wire.Floor;
  hall: wire.Hall;
  air: wire.Air;
  /** By line name. */
  slots: Readonly<Record<string, wire.Slot>>;
  /** Active encodings by line name. */
  layers: Readonly<Record<string, readonly string[]>>;
  /** By turn id. */
  dossiers: Readonly<Record<string, wire.Dossier>>;
  record: wire.Record;
  /** What only the hall's consoles see: agenda, line faults, private line. */
  desk: wire.Desk;
  /** Another device holds this station's seat; null once this one is in. */
  seatTaken: wire.SeatTaken | null;
  /** Another device of this unit wants the seat. */
  seatAsked: wire.SeatAsked | null;
  notices: readonly NoticeItem[];
}

/** Commands that the server ends with done or error: [data, result]. */
export interface Commands {
  'turn.shown': [wire.TurnRef, undefined];
  'turn.answer': [wire.TurnRef, undefined];
  'session.start': [wire.SessionStart, undefined];
  'session.begin': [undefined, undefined];
  'session.close': [wire.SessionRef, undefined];
  'session.yield': [wire.SessionRef, undefined];
  call: [wire.Call, wire.CallResult];
  draw: [wire.Draw, wire.DrawResult];
  'turn.open': [wire.TurnRef, undefined];
  'turn.mark': [wire.TurnMark, undefined];
  'turn.swap': [wire.TurnSwap, wire.CallResult];
  'turn.hold': [wire.TurnRef, undefined];
  'turn.return': [wire.TurnReturn, undefined];
  'turn.extend': [wire.TurnExtend, undefined];
  'turn.withdraw': [wire.TurnRef, undefined];
  'turn.release': [wire.TurnRef, undefined];
  'turn.note': [wire.TurnNote, undefined];
  'hall.claim': [wire.HallClaim, undefined];
  'hall.yield': [undefined, undefined];
  'session.postpone': [wire.Postpone, undefined];
  'session.cancel': [wire.Cancel, undefined];
  'session.keep': [undefined, undefined];
  'session.dismiss': [wire.Units, undefined];
  'roll.call': [wire.RollCall, undefined];
  'roll.answer': [wire.RollRef, undefined];
  'agenda.next': [wire.StepFrom, wire.StepResult];
  'agenda.goto': [wire.StepRef, wire.StepResult];
  excuse: [wire.Excuse, undefined];
  unexcuse: [wire.Unexcuse, undefined];
  'fault.reject': [wire.FaultRef, undefined];
  hands: [wire.Hands, undefined];
  hand: [wire.Hand, undefined];
  'hand.lower': [wire.UnitRef, undefined];
  mic: [wire.Mic, undefined];
  'mic.mute': [wire.UnitRef, undefined];
  'mic.ask': [wire.UnitRef, undefined];
  'line.open': [wire.UnitRef, undefined];
  'line.close': [undefined, undefined];
  'seat.check': [wire.SeatCheck, undefined];
  'seat.text': [wire.SeatText, undefined];
  'officer.list': [undefined, wire.Duty];
  'officer.in': [wire.OfficerIn, undefined];
  'officer.out': [wire.OfficerRef, undefined];
  'seat.ask': [undefined, undefined];
  'seat.give': [undefined, undefined];
  'seat.keep': [undefined, undefined];
  'seat.move': [wire.UnitRef, undefined];
}

/** What a page reports of itself; the last device and watch are sent again after a reconnection. */
export interface Reports {
  device: wire.Device;
  speech: wire.Speech;
  watch: wire.Watch;
  prepare: wire.Prepare;
}

/** A figure of one line over the last interval. */
export interface LineStats {
  line: string;
  rid: string;
  kbps: number;
  /** Share of packets lost, 0 to 1. */
  loss: number;
  fps: number;
  width: number;
  height: number;
}

/** The lines of the page's one peer connection. */
export interface MediaPort {
  /** What a sending line carries from now on: "mic", "camera", "share.video" …; null sends nothing. Survives reconnections. */
  send(line: string, track: MediaStreamTrack | null): void;
  /** A stream with the track of one receiving line; the same object for the page's life, over all reconnections. */
  stream(line: string): MediaStream;
  /** The live track of a receiving line; another one after MediaState.generation has changed. */
  track(line: string): MediaStreamTrack | null;
  /** Figures since the last call of stats. */
  stats(): Promise<LineStats[]>;
}

/** The page's connection to the server: protocol, state and media. */
export interface MusterClient {
  state(): AppState;
  readonly subscribe: (changed: () => void) => () => void;
  start(): void;
  stop(): void;
  /** Ends with the server's done, or throws a MusterError (refusal, no answer in time, stopped). */
  command<K extends keyof Commands>(
    type: K,
    ...data: Commands[K][0] extends undefined ? [] : [Commands[K][0]]
  ): Promise<Commands[K][1]>;
  report<K extends keyof Reports>(type: K, data: Reports[K]): void;
  /** The server's clock in ms. */
  now(): number;
  dropNotice(id: number): void;
  /** The officer has said whether another device may have the seat: the question goes away. */
  seatDecided(): void;
  /** The player of the room's sound tells whether the browser lets it. */
  setSoundBlocked(blocked: boolean): void;
  readonly media: MediaPort;
}

/** A refusal with a code for programs and a sentence in both languages. */
export class MusterError extends Error implements wire.Error {
  constructor(
    readonly code: string,
    message: string,
    readonly message_en: string,
  ) {
    super(message);
  }

  static from(e: wire.Error): MusterError {
    return new MusterError(e.code, e.message, e.message_en);
  }
}
