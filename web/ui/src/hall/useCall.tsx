import { App, Button } from 'antd';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient, useMuster } from '../components/muster';
import type * as wire from '../lib/wire.gen';
import { isAway } from './seats';
import { useOnce } from './useOnce';
import { useReplace } from './useReplace';

export type How = 'hand' | 'draw' | 'recall' | 'raised' | 'branch';

/** A unit that did not answer, or was absent in a draw, is called again; a raised hand is taken. */
export function howOf(seat: wire.Seat | undefined): How {
  if (seat?.missed || seat?.skipped) return 'recall';
  return seat?.hand ? 'raised' : 'hand';
}

/**
 * Calls a unit: it alone has the floor then, unless `extra` says otherwise. Who is not here can be called, too (it may answer by
 * telephone), but not by mistake.
 */
export function useCall() {
  const client = useClient();
  const run = useOnce();
  const sure = useSure();
  const [busy, setBusy] = useState(false);
  const call = useCallback(
    async (unit: string, how: How, extra: Pick<wire.Call, 'add' | 'replace' | 'for'> = {}) => {
      const { seats, units } = client.state();
      if (isAway(seats[unit]) && !(await sure(units[unit]?.short ?? unit))) return false;
      setBusy(true);
      const done = await run('call', { unit, how, ...extra });
      setBusy(false);
      return done !== null;
    },
    [client, run, sure],
  );
  return { call, busy };
}

/** Asks whether somebody who is not here is really meant. */
function useSure() {
  const { modal } = App.useApp();
  const { t } = useTranslation();
  return useCallback(
    async (unit: string) =>
      await modal.confirm({
        title: t('hall.unit.awayAsk', { unit }),
        content: t('hall.unit.awayHint'),
        okText: t('hall.unit.callAway'),
        cancelText: t('hall.session.cancel'),
        // Gone at once: the next key is for the call.
        transitionName: '',
        maskTransitionName: '',
      }),
    [modal, t],
  );
}

/** Calls the branch of a station in the station's place, beside those on the floor. */
export function useCallBranch() {
  const { call } = useCall();
  const replace = useReplace();
  return useCallback(
    (station: wire.Unit) =>
      replace((whom) => call(station.branch, 'branch', { add: true, for: station.code, ...whom })),
    [call, replace],
  );
}

/** Brings a held turn back to the floor. */
export function useReturn() {
  const run = useOnce();
  const replace = useReplace();
  return useCallback(
    (turn: wire.Turn) => replace((whom) => run('turn.return', { turn: turn.id, ...whom })),
    [run, replace],
  );
}

/** Adds a unit to those on the floor. */
export function AddButton({ unit, disabled }: { unit: string; disabled: boolean }) {
  const { t } = useTranslation();
  const places = useMuster((s) => s.floor.places);
  const { call, busy } = useCall();
  const replace = useReplace();
  const taken = places.filter((p) => p.unit);
  const off = disabled || taken.length === 0 || taken.some((p) => p.unit === unit);
  return (
    <Button
      size="large"
      disabled={off}
      loading={busy}
      onClick={() => replace((whom) => call(unit, 'hand', { add: true, ...whom }))}
      data-testid="add-button"
    >
      {t('hall.unit.add')}
    </Button>
  );
}
