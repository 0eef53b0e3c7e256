import { useEffect } from 'react';
import { useClient, useMuster } from '../components/muster';
import { useCommand } from '../components/useCommand';
import { currentTurn } from './seats';
import { howOf, useCall } from './useCall';

/** The console's keys, in the order in which the help lists them. */
export const keys = [
  ['/', 'search'],
  ['Enter', 'call'],
  ['D', 'draw'],
  ['O', 'open'],
  ['A', 'mark'],
  ['R', 'release'],
  ['N', 'next'],
  ['U', 'withdraw'],
  ['X', 'swap'],
  ['H', 'hold'],
  ['E', 'extend'],
  ['B', 'branch'],
  ['L', 'line'],
  ['P', 'overdue'],
  ['W', 'wall'],
  ['?', 'help'],
] as const;

/** By how much one press extends a turn. */
export const extendSeconds = 60;

interface Options {
  picked: string | null;
  onView: () => void;
  onHelp: () => void;
}

/** Lets the host work without the mouse. Keys act on the chosen unit, or on the turn that was called last. */
export function useKeys({ picked, onView, onHelp }: Options) {
  const client = useClient();
  const run = useCommand();
  const { call } = useCall();
  const current = useMuster((s) => currentTurn(s.turns));
  useEffect(() => {
    const seat = () => client.state().seats[picked ?? ''];
    const callBranch = () => {
      const { units, desk } = client.state();
      const unit = units[picked ?? ''];
      if (unit?.kind === 'station' && !desk.line)
        void call(unit.branch, 'branch', { add: true, for: unit.code });
    };
    const line = () => {
      if (client.state().desk.line) void run('line.close');
      else if (picked) void run('line.open', { unit: picked });
    };
    const actions: Record<string, () => void> = {
      '/': () => press('search-input', 'focus'),
      Enter: () => picked && !seat()?.turn && void call(picked, howOf(seat())),
      d: () => press('draw-button', 'click'),
      o: () => current && void run('turn.open', { turn: current.id }),
      a: () => current && void run('turn.mark', { turn: current.id }),
      r: () => current && void run('turn.release', { turn: current.id }),
      n: () => press('agenda-next', 'click'),
      u: () => current && void run('turn.withdraw', { turn: current.id }),
      x: () =>
        current &&
        picked &&
        picked !== current.unit &&
        void run('turn.swap', { turn: current.id, unit: picked }),
      h: () => current && void run('turn.hold', { turn: current.id }),
      e: () => current && void run('turn.extend', { turn: current.id, seconds: extendSeconds }),
      b: () => callBranch(),
      l: () => line(),
      p: () => press('desk-overdue', 'click'),
      w: onView,
      '?': onHelp,
    };
    const key = (e: KeyboardEvent) => {
      const action = actions[e.key.length === 1 ? e.key.toLowerCase() : e.key];
      if (!action || e.repeat || e.ctrlKey || e.metaKey || e.altKey || isBusy(e)) return;
      e.preventDefault();
      action();
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, [client, run, call, current, picked, onView, onHelp]);
}

/** Somebody types, answers a question, or means with Enter the control that has the focus, unless that is the chosen seat. */
function isBusy(e: KeyboardEvent): boolean {
  const at = e.target instanceof HTMLElement ? e.target : null;
  if (at?.closest('input, textarea, select, [role=dialog], [role=combobox]')) return true;
  return e.key === 'Enter' && at?.closest('button, a') !== null && !at?.closest('.seat[aria-pressed="true"]');
}

function press(testid: string, how: 'focus' | 'click') {
  document.querySelector<HTMLElement>(`[data-testid="${testid}"]`)?.[how]();
}
