import { useEffect, useRef } from 'react';
import { type Acting, useCallKeys, useTurnKeys, useUnitKeys } from './keyActions';

/** The console's keys, in the order in which the help lists them. */
export const keys = [
  ['/', 'search'],
  ['Enter', 'call'],
  ['+', 'add'],
  ['D', 'draw'],
  ['N', 'next'],
  ['P', 'overdue'],
  ['1 2 3', 'choose'],
  ['O', 'open'],
  ['A', 'mark'],
  ['R', 'release'],
  ['U', 'withdraw'],
  ['X', 'swap'],
  ['H', 'hold'],
  ['J', 'return'],
  ['E', 'extend'],
  ['B', 'branch'],
  ['L', 'line'],
  ['M', 'mute'],
  ['K', 'spot'],
  ['C', 'check'],
  ['T', 'text'],
  ['Y', 'excuse'],
  ['Q', 'planned'],
  ['G', 'begin'],
  ['F', 'hands'],
  ['S', 'yield'],
  ['W', 'wall'],
  ['?', 'help'],
] as const;

interface Options extends Acting {
  onView: () => void;
  onHelp: () => void;
  onPlan: () => void;
}

/** Lets the host work without the mouse. Keys act on the chosen unit, or on the chosen one of the turns on the floor. */
export function useKeys({ onView, onHelp, onPlan, ...acting }: Options) {
  const actions = useRef<Record<string, () => unknown>>({});
  actions.current = {
    ...useCallKeys(),
    ...useTurnKeys(acting),
    ...useUnitKeys(acting),
    w: onView,
    q: onPlan,
    '?': onHelp,
  };
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      const action = actions.current[e.key.length === 1 ? e.key.toLowerCase() : e.key];
      if (!action || e.repeat || e.ctrlKey || e.metaKey || e.altKey || isBusy(e)) return;
      e.preventDefault();
      action();
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, []);
}

/** Somebody types, answers a question, or means with Enter the control that has the focus, unless that is the chosen seat. */
function isBusy(e: KeyboardEvent): boolean {
  const at = e.target instanceof HTMLElement ? e.target : null;
  if (at?.closest('input, textarea, select, [role=combobox]') || asked()) return true;
  return e.key === 'Enter' && at?.closest('button, a') !== null && !at?.closest('.seat[aria-pressed="true"]');
}

/** Whether a question or a list lies over the console; one that is on its way out does not. */
function asked(): boolean {
  const dialogs = [...document.querySelectorAll('[role=dialog]:not([class*="-leave"])')];
  return dialogs.some((d) => d.getClientRects().length > 0);
}
