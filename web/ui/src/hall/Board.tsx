import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import type * as wire from '../lib/wire.gen';
import { type Group, groups, hasTrouble } from './seats';
import { useLook } from './useSeat';

interface Props {
  picked: string | null;
  onPick: (unit: string) => void;
}

/** Every unit has its fixed place: the police types first, then a row for each branch with its stations. */
export function Board({ picked, onPick }: Props) {
  const units = useMuster((s) => s.roster);
  const rows = useMemo(() => groups(units), [units]);
  return (
    <div className="board" data-testid="board">
      {rows.map((row) => (
        <Row key={row.key} row={row} picked={picked} onPick={onPick} />
      ))}
    </div>
  );
}

function Row({ row, picked, onPick }: Props & { row: Group }) {
  const { t } = useTranslation();
  const here = useMuster((s) => row.units.filter((u) => s.seats[u.code]?.presence === 'here').length);
  return (
    <div className="board-row">
      <h3>
        {row.branch?.short ?? t('hall.board.policeTypes')}
        <small>
          {here}/{row.units.length}
        </small>
      </h3>
      <div className="board-seats">
        {row.units.map((unit) => (
          <Seat key={unit.code} unit={unit} picked={picked === unit.code} onPick={onPick} />
        ))}
      </div>
    </div>
  );
}

interface SeatProps {
  unit: wire.Unit;
  picked: boolean;
  onPick: (unit: string) => void;
}

const Seat = memo(function Seat({ unit, picked, onPick }: SeatProps) {
  const look = useLook(unit.code);
  const trouble = useMuster((s) => hasTrouble(s.seats[unit.code]));
  const done = useMuster((s) => (s.seats[unit.code]?.answered ?? 0) > 0);
  const hand = useMuster((s) => Boolean(s.seats[unit.code]?.hand));
  // Who is not here is marked by that alone.
  const silent = useMuster((s) => {
    const seat = s.seats[unit.code];
    return seat?.roll === 'missed' && seat.presence === 'here';
  });
  const muted = useMuster((s) => Boolean(s.seats[unit.code]?.muted));
  const { t } = useTranslation();
  const marks = [
    muted && t('hall.mic.off'),
    hand && t('hall.desk.hands'),
    silent && t('hall.unit.rollMissed'),
  ].filter(Boolean);
  return (
    <button
      type="button"
      className="seat"
      data-testid={`board-seat-${unit.code}`}
      data-state={look}
      data-kind={unit.kind}
      data-long={unit.short.length > 4}
      data-trouble={trouble}
      data-done={done}
      data-hand={hand}
      data-silent={silent}
      data-muted={muted}
      aria-pressed={picked}
      title={[unit.name, ...marks].join(' · ')}
      onClick={() => onPick(unit.code)}
    >
      {unit.short}
      {muted && <i className="seat-muted" aria-hidden />}
    </button>
  );
});
