import { Button, Popover } from 'antd';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';

export type How = 'hand' | 'draw' | 'recall' | 'raised' | 'branch';

/** A unit that did not answer, or was absent in a draw, is called again; a raised hand is taken. */
export function howOf(seat: wire.Seat | undefined): How {
  if (seat?.missed || seat?.skipped) return 'recall';
  return seat?.hand ? 'raised' : 'hand';
}

/** Calls a unit: it alone has the floor then, unless `extra` says otherwise. */
export function useCall() {
  const run = useCommand();
  const [busy, setBusy] = useState(false);
  const call = useCallback(
    async (unit: string, how: How, extra: Pick<wire.Call, 'add' | 'replace' | 'for'> = {}) => {
      setBusy(true);
      const done = await run('call', { unit, how, ...extra });
      setBusy(false);
      return done !== null;
    },
    [run],
  );
  return { call, busy };
}

/** Adds a unit to those on the floor; when all three places are taken the host says whom it replaces. */
export function AddButton({ unit, disabled }: { unit: string; disabled: boolean }) {
  const { t } = useTranslation();
  const places = useMuster((s) => s.floor.places);
  const units = useMuster((s) => s.units);
  const { call, busy } = useCall();
  const [asking, setAsking] = useState(false);
  const taken = places.filter((p) => p.unit);
  const off = disabled || taken.length === 0 || taken.some((p) => p.unit === unit);
  const add = (replace?: string) => {
    setAsking(false);
    void call(unit, 'hand', { add: true, ...(replace && { replace }) });
  };
  const choices = (
    <div className="replace">
      <p>{t('hall.unit.replaceAsk')}</p>
      {taken.map((p) => (
        <Button key={p.turn} onClick={() => add(p.turn)}>
          {units[p.unit ?? '']?.short}
        </Button>
      ))}
    </div>
  );
  const full = taken.length === places.length;
  return (
    <Popover open={asking && full} onOpenChange={setAsking} trigger="click" content={choices}>
      <Button
        size="large"
        disabled={off}
        loading={busy}
        onClick={() => (full ? setAsking(true) : add())}
        data-testid="add-button"
      >
        {t('hall.unit.add')}
      </Button>
    </Popover>
  );
}
