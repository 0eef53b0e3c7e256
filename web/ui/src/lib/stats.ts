import type { LineStats } from './types';

/** Running totals of one stream at the last look. */
export interface Totals {
  at: number;
  bytes: number;
  packets: number;
  lost: number;
  frames: number;
}

type Entry = RTCInboundRtpStreamStats & RTCOutboundRtpStreamStats & { mid?: string; rid?: string };

/** Turns a stats report into figures since the last look; `totals` is what is kept between looks. */
export function lineStats(
  report: Pick<RTCStatsReport, 'forEach'>,
  names: ReadonlyMap<string, string>,
  totals: Map<string, Totals>,
): LineStats[] {
  const out: LineStats[] = [];
  report.forEach((entry: Entry) => {
    const line = names.get(entry.mid ?? '');
    if (!line || (entry.type !== 'inbound-rtp' && entry.type !== 'outbound-rtp')) return;
    const now = totalsOf(entry);
    const before = totals.get(entry.id) ?? now;
    totals.set(entry.id, now);
    out.push({
      line,
      rid: entry.rid ?? '',
      width: entry.frameWidth ?? 0,
      height: entry.frameHeight ?? 0,
      ...rates(before, now),
    });
  });
  return out;
}

function totalsOf(e: Entry): Totals {
  const inbound = String(e.type) === 'inbound-rtp';
  return {
    at: e.timestamp,
    bytes: (inbound ? e.bytesReceived : e.bytesSent) ?? 0,
    packets: (inbound ? e.packetsReceived : e.packetsSent) ?? 0,
    lost: (inbound && e.packetsLost) || 0,
    frames: (inbound ? e.framesDecoded : e.framesEncoded) ?? 0,
  };
}

function rates(before: Totals, now: Totals): Pick<LineStats, 'kbps' | 'loss' | 'fps'> {
  const ms = now.at - before.at;
  if (ms <= 0) return { kbps: 0, loss: 0, fps: 0 };
  const lost = Math.max(0, now.lost - before.lost);
  const expected = now.packets - before.packets + lost;
  return {
    kbps: ((now.bytes - before.bytes) * 8) / ms,
    loss: expected > 0 ? lost / expected : 0,
    fps: ((now.frames - before.frames) * 1000) / ms,
  };
}
