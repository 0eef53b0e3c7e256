import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LangSwitch } from '../components/LangSwitch';
import { useClient, useMuster } from '../components/muster';
import { Notices } from '../components/Notices';
import { minuteTime } from '../components/time';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';
import { isBusy } from './turn';

/** Another device holds the seat: who that is, and how this one gets in. */
export function SeatTaken({ taken }: { taken: wire.SeatTaken }) {
  const { t } = useTranslation();
  const run = useCommand();
  const online = useMuster((s) => s.link.state === 'taken');
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    await run('seat.ask');
    setBusy(false);
  };
  const waits = taken.asked ? 'station.seat.asked' : 'station.seat.hint';
  return (
    <main
      className="whole-page"
      data-testid="seat-taken"
      data-asked={taken.asked}
      data-refused={taken.refused}
    >
      <h1>{t('station.seat.title', { name: taken.name })}</h1>
      <p>{t('station.seat.who', { from: taken.from, time: minuteTime(taken.since) })}</p>
      <p role="status">
        {taken.on_floor ? t('station.seat.onFloor') : t(taken.refused ? 'station.seat.refused' : waits)}
      </p>
      <Button
        type="primary"
        size="large"
        autoFocus
        loading={busy}
        disabled={!online || taken.asked || taken.on_floor}
        onClick={() => void ask()}
        data-testid="seat-ask"
      >
        {t('station.seat.ask')}
      </Button>
      <LangSwitch />
      <Notices />
    </main>
  );
}

/** Another device of this unit wants the seat: the officer decides. */
export function SeatAsked() {
  const { t } = useTranslation();
  const client = useClient();
  const run = useCommand();
  const asked = useMuster((s) => s.seatAsked);
  const busy = useMuster(isBusy);
  const decide = (type: 'seat.give' | 'seat.keep') => {
    client.seatDecided();
    void run(type);
  };
  // Gone at once, without an animation that a page behind another window would not finish.
  if (!asked || busy) return null;
  return (
    <Modal
      open
      closable={false}
      title={t('station.seat.wanted')}
      footer={
        <>
          <Button onClick={() => decide('seat.keep')} data-testid="seat-keep">
            {t('station.seat.keep')}
          </Button>
          <Button type="primary" danger onClick={() => decide('seat.give')} data-testid="seat-give">
            {t('station.seat.give')}
          </Button>
        </>
      }
    >
      <p>{t('station.seat.wantedHint', { from: asked.from })}</p>
    </Modal>
  );
}
