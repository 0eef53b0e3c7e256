// Generated from signaling/wire; do not edit.

export interface Frame {
  type: string;
  id?: string;
  data?: unknown;
}

export interface Join {
  version: number;
  page: string;
  token?: string;
  observe?: boolean;
}

export interface Hello {
  version: number;
  server: string;
  now: string;
  client: string;
  page: string;
  you: You;
  heartbeat_ms: number;
  lines: Line[];
  units: Unit[];
}

export interface You {
  role: string;
  name: string;
  unit?: string;
}

export interface Line {
  name: string;
  kind: string;
  direction: string;
  layers?: Layer[];
}

export interface Layer {
  rid: string;
  width: number;
  height: number;
  max_bitrate: number;
  max_framerate: number;
}

export interface Offer {
  sdp: string;
}

export interface Answer {
  sdp: string;
}

export interface Ping {
  t: number;
}

export interface Pong {
  t: number;
  now: string;
}

export interface Device {
  camera: string;
  microphone: string;
  speaker: string;
}

export interface Speech {
  active: boolean;
}

export interface Watch {
  tiles: Tile[];
}

export interface Tile {
  line: string;
  unit: string;
  rid?: string;
}

export interface Error {
  code: string;
  message: string;
  message_en: string;
}

export interface Notice {
  level: string;
  code: string;
  message: string;
  message_en: string;
}

export interface Unit {
  code: string;
  name: string;
  short: string;
  kind: string;
  branch: string;
}

export interface Snapshot {
  session: Session | null;
  next: Next | null;
  seats: Seat[];
  turns: Turn[];
  floor: Floor;
  hall: Hall;
  air: Air;
  slots: Slot[];
  dossiers: Dossier[];
  record: Record;
}

export interface Session {
  id: string;
  kind: string;
  title: string;
  state: string;
  planned_at: string;
  opened_at?: string;
  begun_at?: string;
  closed_at?: string;
  grace_s: number;
  miss_s: number;
}

export interface Next {
  title: string;
  planned_at: string;
  waiting_at: string;
}

export interface Seats {
  seats: Seat[];
}

export interface Seat {
  unit: string;
  presence: string;
  first_at?: string;
  since?: string;
  verdict: string;
  picture: boolean;
  device: Device;
  turn?: string;
  calls: number;
  answered: number;
  missed: boolean;
}

export interface Turn {
  id: string;
  unit: string;
  how: string;
  state: string;
  called_at: string;
  called_by: string;
  shown_at?: string;
  answered_at?: string;
  answered_by?: string;
  ended_at?: string;
  miss_at?: string;
  sound: boolean;
  on_floor: boolean;
  rating?: number;
  note?: string;
}

export interface Floor {
  places: Place[];
}

export interface Place {
  unit?: string;
  turn?: string;
  sound: boolean;
}

export interface Hall {
  owner?: string;
  name?: string;
  you: boolean;
  live: boolean;
}

export interface HallClaim {
  force: boolean;
}

export interface Slots {
  slots: Slot[];
}

export interface Slot {
  line: string;
  unit?: string;
  state: string;
  rid?: string;
}

export interface Layers {
  line: string;
  active: string[];
}

export interface Air {
  picture: string;
  sound: boolean;
  mic: boolean;
  play: boolean;
}

export interface Record {
  state: string;
  pending: number;
}

export interface SessionStart {
  kind: string;
  title?: string;
  wait_s?: number;
}

export interface Call {
  unit: string;
  how: string;
  replace?: string;
  add?: boolean;
}

export interface CallResult {
  turn: string;
}

export interface Draw {
  kind?: string;
  branch?: string;
}

export interface DrawResult {
  unit: string;
  candidates: number;
  seed: string;
}

export interface TurnRef {
  turn: string;
}

export interface TurnNote {
  turn: string;
  rating: number;
  note: string;
}

export interface Dossier {
  turn: string;
  unit: string;
  state: string;
  hash?: string;
  frozen_at?: string;
  body?: DossierBody;
}

export interface DossierBody {
  from: string;
  to: string;
  counts: DossierCounts;
  incidents: Incident[];
  patrol: Patrol | null;
}

export interface DossierCounts {
  total: number;
  important: number;
  open: number;
  accepted: number;
  repeated: number;
  overdue: number;
}

export interface Incident {
  id: string;
  level: number;
  category: string;
  sub: string;
  place: string;
  summary: string;
  reporter: string;
  reported_at: string;
  signed_at?: string;
  left_at?: string;
  arrived_at?: string;
  fed_back_at?: string;
  officer: string;
  handling: string;
  status: string;
  case_number?: string;
  repeated: boolean;
}

export interface Patrol {
  officers: number;
  vehicles: number;
  places: string[];
  note: string;
}
