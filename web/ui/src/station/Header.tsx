import { Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Clock } from '../components/Clock';
import { ConnectionBadge } from '../components/ConnectionBadge';
import { LangSwitch } from '../components/LangSwitch';
import { useMuster } from '../components/muster';
import { minuteTime } from '../components/time';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';
import { OfficerButton } from './SignIn';
import { ownSeat } from './turn';

/** Who this is, which call it is and how the unit stands in it. */
export function Header() {
  const { t } = useTranslation();
  const unit = useMuster((s) => s.units[s.hello?.you.unit ?? '']);
  const name = useMuster((s) => s.hello?.you.name);
  const session = useMuster((s) => s.session);
  const seat = useMuster(ownSeat);
  return (
    <header className="station-header">
      <b className="station-unit" data-testid="unit-name">
        {unit?.name ?? name ?? t('common.product')}
      </b>
      {session && session.state !== 'closed' && (
        <>
          <span className="station-session">
            <Tag color={session.kind === 'drill' ? 'purple' : 'blue'}>
              {t(`common.kinds.${kindOf(session)}`)}
            </Tag>
            {session.title}
          </span>
          {seat && <SeatVerdict seat={seat} />}
        </>
      )}
      <span className="station-gap" />
      <OfficerButton />
      <HandButton />
      <ConnectionBadge />
      <Clock />
      <LangSwitch />
    </header>
  );
}

/** Asks to speak, where the host allows it; only the host sees it. */
function HandButton() {
  const { t } = useTranslation();
  const run = useCommand();
  const allowed = useMuster((s) => s.session?.state === 'open' && s.session.hands);
  const up = useMuster((s) => Boolean(ownSeat(s)?.hand));
  if (!allowed) return null;
  return (
    <Button
      type={up ? 'primary' : 'default'}
      onClick={() => void run('hand', { up: !up })}
      data-testid="hand-button"
      data-up={up}
    >
      {t(up ? 'station.hand.lower' : 'station.hand.raise')}
    </Button>
  );
}

function kindOf(session: wire.Session): 'regular' | 'extra' | 'drill' {
  return session.kind === 'extra' || session.kind === 'drill' ? session.kind : 'regular';
}

const verdictColor = { on_time: 'green', late: 'orange', absent: 'red', pending: 'default' } as const;

function SeatVerdict({ seat }: { seat: wire.Seat }) {
  const { t } = useTranslation();
  const verdict = seat.verdict in verdictColor ? (seat.verdict as keyof typeof verdictColor) : 'pending';
  const time = seat.first_at ? minuteTime(seat.first_at) : '';
  return (
    <>
      <Tag color={verdictColor[verdict]} data-testid="verdict" data-verdict={verdict}>
        {t(`station.room.verdict.${verdict}`, { time })}
      </Tag>
      {seat.missed && <Tag color="red">{t('station.room.missed')}</Tag>}
      {seat.roll === 'answered' && <Tag color="green">{t('station.roll.answered')}</Tag>}
      {seat.roll === 'missed' && <Tag color="red">{t('station.roll.missed')}</Tag>}
      {seat.excuse?.whole && <Tag color="blue">{t('station.room.excused')}</Tag>}
      {seat.dismissed && (
        <Tag color="green" data-testid="dismissed">
          {t('station.room.dismissed')}
        </Tag>
      )}
    </>
  );
}
