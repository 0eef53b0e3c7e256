import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient, useMuster } from '../components/muster';
import { minuteTime } from '../components/time';
import type * as wire from '../lib/wire.gen';
import { DrawButton } from './DrawButton';
import { RecallButton } from './RecallButton';
import { Search } from './Search';
import { isAway, officerNames } from './seats';
import { UnitMenu } from './UnitMenu';
import type { Question } from './UnitQuestion';
import { AddButton, howOf, useCall } from './useCall';

interface Props {
  picked: string | null;
  onPick: (unit: string) => void;
  onAsk: (question: Question) => void;
}

/** Finds a unit, says how it stands, and calls it. */
export function CallPanel({ picked, onPick, onAsk }: Props) {
  return (
    <div className="call-panel">
      <div className="call-tools">
        <Search onPick={onPick} />
        <DrawButton onPick={onPick} />
        <RecallButton onPick={onPick} />
      </div>
      <Picked unit={picked} onAsk={onAsk} />
    </div>
  );
}

function Picked({ unit: code, onAsk }: { unit: string | null; onAsk: Props['onAsk'] }) {
  const { t } = useTranslation();
  const unit = useMuster((s) => s.units[code ?? '']);
  const seat = useMuster((s) => s.seats[code ?? '']);
  const running = useMuster((s) => s.session?.state === 'open');
  const { call, busy } = useCall();
  usePrepare(running && seat?.presence === 'here' && !seat.turn ? code : null);
  if (!unit) {
    return (
      <div className="picked">
        <p>{t('hall.unit.pick')}</p>
      </div>
    );
  }
  const away = isAway(seat);
  return (
    <div className="picked" data-testid="picked" data-unit={unit.code}>
      <div className="picked-words">
        <b title={unit.name}>{unit.name}</b>
        <SeatWords seat={seat} />
      </div>
      <UnitMenu unit={unit} onAsk={onAsk} />
      <AddButton unit={unit.code} disabled={!running} />
      <Button
        type="primary"
        size="large"
        danger
        ghost={away}
        disabled={!running || seat?.turn !== undefined}
        title={away ? t('hall.unit.awayHint') : undefined}
        loading={busy}
        onClick={() => void call(unit.code, howOf(seat))}
        data-testid="call-button"
      >
        {t(`hall.unit.${labelOf(seat)}`)}
      </Button>
    </div>
  );
}

function labelOf(seat: wire.Seat | undefined) {
  if (seat?.turn) return 'onFloor';
  return isAway(seat) ? 'callAway' : 'call';
}

/** How long a choice has to last before the unit's camera gets ready: hosts look around. */
const chosenMS = 200;

/** Lets the chosen unit's camera get ready, so that its picture is there at once when it is called. */
function usePrepare(unit: string | null) {
  const client = useClient();
  useEffect(() => {
    if (!unit) return;
    const timer = setTimeout(() => client.report('prepare', { unit }), chosenMS);
    return () => clearTimeout(timer);
  }, [client, unit]);
}

function SeatWords({ seat }: { seat: wire.Seat | undefined }) {
  const { t } = useTranslation();
  const here = usePresenceWords(seat);
  const devices = useDeviceWords(seat);
  if (!seat) return <span>{t('hall.unit.presence.never')}</span>;
  const words = [
    ...here,
    seat.skipped && t('hall.unit.skipped'),
    seat.roll === 'missed' && t('hall.unit.rollMissed'),
    seat.checked && t('hall.unit.checked'),
    seat.dismissed && t('hall.unit.dismissed'),
    seat.waiting && t('hall.unit.waiting'),
    seat.muted && t(seat.muted_by === 'officer' ? 'hall.mic.byOfficer' : 'hall.mic.byHall'),
    seat.mic_asked && t('hall.mic.asked', { time: minuteTime(seat.mic_asked) }),
    ...devices,
    seat.calls > 0 && t('hall.unit.calls', { n: seat.calls, m: seat.answered }),
  ];
  return <span>{words.filter(Boolean).join(' · ')}</span>;
}

type Words = (string | false | null | undefined)[];

const verdicts = ['on_time', 'late', 'absent'] as const;
const reasons = ['dispatch', 'leave', 'line'] as const;

/** Whether the unit is here, how it counts, and who sits there. */
function usePresenceWords(seat: wire.Seat | undefined): Words {
  const { t } = useTranslation();
  if (!seat) return [];
  const presence = seat.presence === 'here' || seat.presence === 'gone' ? seat.presence : 'never';
  const verdict = verdicts.find((v) => v === seat.verdict);
  const since = seat.since ? ` ${t('hall.unit.since', { time: minuteTime(seat.since) })}` : '';
  const reason = reasons.find((r) => r === seat.excuse?.reason) ?? 'other';
  const excuse = [
    t(`hall.excuse.reasons.${reason}`),
    seat.excuse?.incident || seat.excuse?.note,
    seat.excuse?.whole === false && t('hall.excuse.part'),
  ];
  return [
    t(`hall.unit.presence.${presence}`) + since,
    verdict && t(`common.verdicts.${verdict}`),
    seat.excuse && excuse.filter(Boolean).join(' '),
    presence === 'here' && (officerNames(seat) || t('hall.lack.nobody')),
  ];
}

const cameras = ['none', 'denied', 'black', 'frozen'] as const;
const microphones = ['none', 'denied', 'silent'] as const;

/** What is wrong with the picture and the devices of a unit that is here. */
function useDeviceWords(seat: wire.Seat | undefined): Words {
  const { t } = useTranslation();
  if (seat?.presence !== 'here') return [];
  const camera = cameras.find((s) => s === seat.device.camera);
  const microphone = microphones.find((s) => s === seat.device.microphone);
  return [
    !seat.picture && t('hall.unit.noPicture'),
    camera && t(`hall.unit.camera.${camera}`),
    microphone && t(`hall.unit.microphone.${microphone}`),
    seat.device.speaker === 'blocked' && t('hall.unit.speaker.blocked'),
    seat.device.network === 'weak' && t('hall.lack.network'),
  ];
}
