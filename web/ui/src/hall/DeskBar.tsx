import { Button, Popover } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/Clock';
import { useMuster } from '../components/muster';
import { duration, minuteTime } from '../components/time';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';
import { NotReady } from './NotReady';
import { Overdue } from './Overdue';
import { ServerCheck } from './ServerCheck';
import { heldTurns, notReady, rollSilent } from './seats';
import { useCall, useReturn } from './useCall';
import { useOnce } from './useOnce';
import { useTenBefore } from './useTenBefore';

/** What waits for the host beside the floor: always in the same place, dim while there is nothing. */
export function DeskBar({ onPick }: { onPick: (unit: string) => void }) {
  return (
    <div className="desk-bar" data-testid="desk">
      <Ready onPick={onPick} />
      <Roll onPick={onPick} />
      <Hands onPick={onPick} />
      <Held />
      <Faults />
      <Overdue onPick={onPick} />
      <Devices />
      <ServerCheck />
      <Observers />
    </div>
  );
}

interface ChipProps {
  name: string;
  count: ReactNode;
  active: boolean;
  tone?: 'warn' | 'bad';
  testid: string;
  children: ReactNode;
}

export function Chip({ name, count, active, tone = 'warn', testid, children }: ChipProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open && active}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      content={children}
    >
      <Button
        size="small"
        type="text"
        disabled={!active}
        className="desk-chip"
        data-tone={active ? tone : 'none'}
        data-testid={testid}
      >
        {name} <b>{count}</b>
      </Button>
    </Popover>
  );
}

/** Units by name, each of which can be looked at. */
function UnitList({ units, onPick }: { units: wire.Unit[]; onPick: (unit: string) => void }) {
  return (
    <div className="recall">
      {units.map((unit) => (
        <Button key={unit.code} type="text" onClick={() => onPick(unit.code)}>
          {unit.name}
        </Button>
      ))}
    </div>
  );
}

function Ready({ onPick }: { onPick: (unit: string) => void }) {
  const { t } = useTranslation();
  const units = useMuster((s) => s.roster);
  const seats = useMuster((s) => s.seats);
  const list = useMemo(() => notReady(units, seats), [units, seats]);
  const [shown, setShown] = useState(false);
  useTenBefore(() => list.length > 0 && setShown(true));
  return (
    <>
      <Button
        size="small"
        type="text"
        className="desk-chip"
        disabled={list.length === 0}
        data-tone={list.length > 0 ? 'warn' : 'none'}
        data-testid="desk-ready"
        onClick={() => setShown(true)}
      >
        {t('hall.desk.notReady')} <b>{list.length}</b>
      </Button>
      <NotReady open={shown} list={list} onClose={() => setShown(false)} onPick={onPick} />
    </>
  );
}

function Roll({ onPick }: { onPick: (unit: string) => void }) {
  const { t } = useTranslation();
  const units = useMuster((s) => s.roster);
  const seats = useMuster((s) => s.seats);
  const session = useMuster((s) => s.session);
  const now = useNow();
  const silent = useMemo(() => rollSilent(units, seats), [units, seats]);
  const left = session?.roll ? Math.max(0, Date.parse(session.roll_until ?? '') - now) : null;
  return (
    <Chip
      name={left === null ? t('hall.desk.rollSilent') : t('hall.desk.rollRuns', { left: duration(left) })}
      count={silent.length}
      active={silent.length > 0}
      testid="desk-roll"
    >
      <UnitList units={silent} onPick={onPick} />
    </Chip>
  );
}

function Hands({ onPick }: { onPick: (unit: string) => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const { call } = useCall();
  const units = useMuster((s) => s.units);
  const seats = useMuster((s) => s.seats);
  const raised = useMemo(
    () =>
      Object.values(seats)
        .filter((s) => s.hand)
        .sort((a, b) => (a.hand ?? '').localeCompare(b.hand ?? '')),
    [seats],
  );
  return (
    <Chip name={t('hall.desk.hands')} count={raised.length} active={raised.length > 0} testid="desk-hands">
      <ul className="desk-list">
        {raised.map((seat) => (
          <li key={seat.unit}>
            <Button type="text" onClick={() => onPick(seat.unit)}>
              {units[seat.unit]?.short}
            </Button>
            <span>{minuteTime(seat.hand ?? '')}</span>
            <Button size="small" type="primary" danger onClick={() => void call(seat.unit, 'raised')}>
              {t('hall.unit.call')}
            </Button>
            <Button size="small" onClick={() => void run('hand.lower', { unit: seat.unit })}>
              {t('hall.desk.lower')}
            </Button>
          </li>
        ))}
      </ul>
    </Chip>
  );
}

function Held() {
  const { t } = useTranslation();
  const run = useOnce();
  const bringBack = useReturn();
  const units = useMuster((s) => s.units);
  const turns = useMuster((s) => s.turns);
  const held = heldTurns(turns);
  return (
    <Chip name={t('hall.desk.held')} count={held.length} active={held.length > 0} testid="desk-held">
      <ul className="desk-list">
        {held.map((turn) => (
          <li key={turn.id}>
            <b>{units[turn.unit]?.short}</b>
            <Button size="small" type="primary" onClick={() => bringBack(turn)} data-testid="return-button">
              {t('hall.turn.return')}
            </Button>
            <Button size="small" onClick={() => void run('turn.release', { turn: turn.id })}>
              {t('hall.turn.release')}
            </Button>
          </li>
        ))}
      </ul>
    </Chip>
  );
}

function Faults() {
  const { t } = useTranslation();
  const run = useCommand();
  const units = useMuster((s) => s.units);
  const faults = useMuster((s) => s.desk.faults).filter((f) => f.state === 'open' || f.state === 'over');
  return (
    <Chip
      name={t('hall.desk.faults')}
      count={faults.length}
      active={faults.length > 0}
      tone="bad"
      testid="desk-faults"
    >
      <ul className="desk-list">
        {faults.map((f) => (
          <li key={f.id}>
            <b>{f.network ?? units[f.branch]?.short}</b>
            <span>
              {t('hall.desk.fault', {
                n: f.units.length,
                from: minuteTime(f.from),
                to: f.to ? minuteTime(f.to) : t('hall.desk.lasts'),
              })}
            </span>
            <Button
              size="small"
              type="primary"
              onClick={() => void run('excuse', { fault: f.id })}
              data-testid="fault-excuse"
            >
              {t('hall.desk.faultExcuse')}
            </Button>
            <Button size="small" onClick={() => void run('fault.reject', { fault: f.id })}>
              {t('hall.desk.faultReject')}
            </Button>
          </li>
        ))}
      </ul>
    </Chip>
  );
}

function Devices() {
  const { t } = useTranslation();
  const run = useCommand();
  const units = useMuster((s) => s.units);
  const seats = useMuster((s) => s.seats);
  const waiting = useMemo(() => Object.values(seats).filter((s) => s.waiting), [seats]);
  return (
    <Chip
      name={t('hall.desk.devices')}
      count={waiting.length}
      active={waiting.length > 0}
      testid="desk-devices"
    >
      <ul className="desk-list">
        {waiting.map((seat) => (
          <li key={seat.unit}>
            <b>{units[seat.unit]?.short}</b>
            <Button
              size="small"
              type="primary"
              onClick={() => void run('seat.move', { unit: seat.unit })}
              data-testid="seat-move"
            >
              {t('hall.desk.moveSeat')}
            </Button>
          </li>
        ))}
      </ul>
    </Chip>
  );
}

function Observers() {
  const { t } = useTranslation();
  const observers = useMuster((s) => s.desk.observers);
  if (observers === 0) return null;
  return (
    <span className="desk-chip desk-observers">
      {t('hall.desk.observers')} <b>{observers}</b>
    </span>
  );
}
