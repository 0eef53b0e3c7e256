import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient, useMuster } from '../components/muster';
import { minuteTime } from '../components/time';
import type * as wire from '../lib/wire.gen';
import { DrawButton } from './DrawButton';
import { RecallButton } from './RecallButton';
import { Search } from './Search';
import { UnitMenu } from './UnitMenu';
import { AddButton, howOf, useCall } from './useCall';

interface Props {
  picked: string | null;
  onPick: (unit: string) => void;
}

/** Finds a unit, says how it stands, and calls it. */
export function CallPanel({ picked, onPick }: Props) {
  return (
    <div className="call-panel">
      <div className="call-tools">
        <Search onPick={onPick} />
        <DrawButton onPick={onPick} />
        <RecallButton onPick={onPick} />
      </div>
      <Picked unit={picked} />
    </div>
  );
}

function Picked({ unit: code }: { unit: string | null }) {
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
  const here = seat?.presence === 'here';
  return (
    <div className="picked" data-testid="picked" data-unit={unit.code}>
      <div className="picked-words">
        <b title={unit.name}>{unit.name}</b>
        <SeatWords seat={seat} />
      </div>
      <UnitMenu unit={unit} />
      <AddButton unit={unit.code} disabled={!running || !here} />
      <Button
        type="primary"
        size="large"
        danger
        disabled={!running || !here || seat?.turn !== undefined}
        loading={busy}
        onClick={() => void call(unit.code, howOf(seat))}
        data-testid="call-button"
      >
        {t(seat?.turn ? 'hall.unit.onFloor' : 'hall.unit.call')}
      </Button>
    </div>
  );
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
  if (!seat) return <span>{t('hall.unit.presence.never')}</span>;
  const presence = seat.presence === 'here' || seat.presence === 'gone' ? seat.presence : 'never';
  const verdict =
    seat.verdict === 'on_time' || seat.verdict === 'late' || seat.verdict === 'absent' ? seat.verdict : null;
  const words = [
    t(`hall.unit.presence.${presence}`) +
      (seat.since ? ` ${t('hall.unit.since', { time: minuteTime(seat.since) })}` : ''),
    verdict && t(`common.verdicts.${verdict}`),
    seat.excuse && excuseWords(seat.excuse, t),
    seat.skipped && t('hall.unit.skipped'),
    seat.roll === 'missed' && t('hall.unit.rollMissed'),
    seat.checked && t('hall.unit.checked'),
    seat.dismissed && t('hall.unit.dismissed'),
    seat.waiting && t('hall.unit.waiting'),
    presence === 'here' && !seat.picture && t('hall.unit.noPicture'),
    ...deviceWords(seat.device, presence === 'here', t),
    seat.calls > 0 && t('hall.unit.calls', { n: seat.calls, m: seat.answered }),
  ];
  return <span>{words.filter(Boolean).join(' · ')}</span>;
}

type T = ReturnType<typeof useTranslation>['t'];

function excuseWords(excuse: wire.SeatExcuse, t: T): string {
  const reason = (['dispatch', 'leave', 'line'] as const).find((r) => r === excuse.reason) ?? 'other';
  const detail = excuse.incident || excuse.note;
  return `${t(`hall.excuse.reasons.${reason}`)}${detail ? ` ${detail}` : ''}`;
}

function deviceWords(device: wire.Device, here: boolean, t: T): (string | false)[] {
  if (!here) return [];
  const camera = (['none', 'denied', 'black', 'frozen'] as const).find((s) => s === device.camera);
  const microphone = (['none', 'denied', 'silent'] as const).find((s) => s === device.microphone);
  return [
    camera !== undefined && t(`hall.unit.camera.${camera}`),
    microphone !== undefined && t(`hall.unit.microphone.${microphone}`),
    device.speaker === 'blocked' && t('hall.unit.speaker.blocked'),
  ];
}
