import { Button, Tag } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Clock } from '../components/Clock';
import { ConnectionBadge } from '../components/ConnectionBadge';
import { ConsolePage } from '../components/ConsolePage';
import { DossierView } from '../components/Dossier';
import { LangSwitch } from '../components/LangSwitch';
import { LineVideo, useLineUnit } from '../components/LineVideo';
import { useClient, useMuster } from '../components/muster';
import { RoomAudio } from '../components/RoomAudio';
import { useLogout } from '../components/useLogout';
import { Board } from '../hall/Board';
import { DossierTabs } from '../hall/DossierTabs';
import { NoSession } from '../hall/NoSession';
import { actingTurn, counts, currentTurn } from '../hall/seats';
import type * as wire from '../lib/wire.gen';
import '../hall/hall.css';
import '../hall/floor.css';
import '../hall/desk.css';
import './observe.css';

/** A leader or visitor looks on: hall, floor and board, no microphone. */
export default function Page() {
  return (
    <ConsolePage page="observer">
      <Observe />
    </ConsolePage>
  );
}

function Observe() {
  const open = useMuster((s) => s.session !== null && s.session.state !== 'closed');
  const sharing = useMuster((s) => s.slots['share.video']?.state === 'live');
  const places = useMuster((s) => s.floor.places);
  return (
    <div className="observe" data-testid="observe">
      <Header />
      <main>
        <section className="observe-stage">
          {open ? (
            <>
              <div className="observe-hall">
                <LineVideo line={sharing ? 'share.video' : 'hall.video'} />
              </div>
              <div className="observe-floor">
                {places.map((place, i) => (
                  <Place key={i} number={i + 1} place={place} />
                ))}
              </div>
            </>
          ) : (
            <NoSession />
          )}
        </section>
        <aside>
          <Board picked={null} onPick={() => undefined} />
          <Dossiers />
        </aside>
      </main>
      <RoomAudio />
    </div>
  );
}

function Header() {
  const { t } = useTranslation();
  const session = useMuster((s) => s.session);
  const logout = useLogout();
  const you = useMuster((s) => s.hello?.you.name);
  const seats = useMuster((s) => s.seats);
  const now = counts(seats);
  return (
    <header className="hall-header" data-drill={session?.kind === 'drill'}>
      <b className="hall-title">
        {session?.kind === 'drill' && <Tag color="purple">{t('common.kinds.drill')}</Tag>}
        <span>{session?.title ?? t('common.pages.observe')}</span>
      </b>
      {session && (
        <span>
          {t('hall.counts.here')} {now.here}/{now.total}
        </span>
      )}
      <span className="hall-gap" />
      <Tag color="blue">{t('common.observing', { name: you ?? '' })}</Tag>
      <ConnectionBadge />
      <Clock />
      <LangSwitch />
      <Button type="text" onClick={logout}>
        {t('hall.nav.logout')}
      </Button>
    </header>
  );
}

function Place({ number, place }: { number: number; place: wire.Place }) {
  const { t } = useTranslation();
  const line = `floor${number}.video`;
  const unit = useLineUnit(line, place.unit);
  return (
    <div className="observe-place" data-testid={`floor-${number}`} data-unit={place.unit ?? ''}>
      {place.unit && <LineVideo line={line} />}
      <span>{place.unit ? unit?.name : t('hall.floor.empty', { n: number })}</span>
    </div>
  );
}

/** Only who was granted it is sent dossiers at all; with several units on the floor each one's is a tab, or a key, away. */
function Dossiers() {
  const [chosen, setChosen] = useState<string | null>(null);
  const turn = useMuster((s) => actingTurn(s.turns, chosen));
  const dossier = useMuster((s) => s.dossiers[turn?.id ?? '']);
  const newest = useMuster((s) => currentTurn(s.turns)?.id);
  // Who is called is looked at next, as in the hall.
  useEffect(() => setChosen(newest ?? null), [newest]);
  useChooseKeys(setChosen);
  if (!turn || !dossier) return null;
  return (
    <div className="hall-dossier" data-unit={turn.unit}>
      <DossierTabs turn={turn} onChoose={({ id }) => setChosen(id)} />
      <DossierView key={turn.id} dossier={dossier} />
    </div>
  );
}

/** 1 2 3 choose whom on the floor the dossier is of. */
function useChooseKeys(choose: (turn: string) => void) {
  const client = useClient();
  const act = useRef(choose);
  act.current = choose;
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      const turn = client.state().floor.places[Number(e.key) - 1]?.turn;
      if (turn && !e.ctrlKey && !e.metaKey && !e.altKey) act.current(turn);
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, [client]);
}
