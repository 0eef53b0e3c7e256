import { useEffect, useState } from 'react';
import { ConsolePage } from '../components/ConsolePage';
import { DevicesProvider } from '../components/devices';
import { useMuster } from '../components/muster';
import { RoomAudio } from '../components/RoomAudio';
import { VideoWall } from '../wall/VideoWall';
import { tilesOf, type WallView } from '../wall/WallBar';
import { AgendaBar } from './AgendaBar';
import { Board } from './Board';
import { CalendarNotice } from './CalendarNotice';
import { CallPanel } from './CallPanel';
import { DeskBar } from './DeskBar';
import { Dossier } from './Dossier';
import { FloorStage } from './FloorStage';
import { HallPicture } from './HallPicture';
import { Header } from './Header';
import { KeyHelp } from './KeyHelp';
import { useKeys } from './keys';
import { NoSession } from './NoSession';
import { currentTurn } from './seats';
import { TurnList } from './TurnList';
import { Urgent } from './Urgent';
import { ViewBar } from './ViewBar';
import './hall.css';
import './floor.css';
import './desk.css';

/** The host's console: who is here, who is called, and the call itself. */
export default function Page() {
  return (
    <ConsolePage page="console">
      <Hall />
    </ConsolePage>
  );
}

export type View = 'board' | 'wall';

function Hall() {
  const units = useMuster((s) => s.roster.length);
  const open = useMuster((s) => s.session !== null && s.session.state !== 'closed');
  const mine = useMuster((s) => s.hall.you);
  const current = useMuster((s) => currentTurn(s.turns));
  const [picked, setPicked] = useState<string | null>(null);
  const [view, setView] = useState<View>('board');
  const [wall, setWall] = useState<WallView>({ size: 36, page: 0 });
  const [help, setHelp] = useState(false);
  // What is called is what the host looks at next.
  useEffect(() => {
    if (current?.unit) setPicked(current.unit);
  }, [current?.unit]);
  useKeys({
    picked,
    onView: () => setView((v) => (v === 'board' ? 'wall' : 'board')),
    onHelp: () => setHelp((shown) => !shown),
  });
  return (
    <div className="hall" data-view={view}>
      <Header onHelp={() => setHelp(true)} />
      <main className="hall-main">
        <section className="hall-units">
          <CallPanel picked={picked} onPick={setPicked} />
          <ViewBar view={view} onView={setView} wall={wall} onWall={setWall} />
          {view === 'board' ? (
            <Board picked={picked} onPick={setPicked} />
          ) : (
            <VideoWall size={tilesOf(wall, units)} page={wall.page} onPick={setPicked} />
          )}
        </section>
        <section className="hall-stage">
          <CalendarNotice />
          {open ? (
            <>
              <AgendaBar />
              <DeskBar onPick={setPicked} />
              <Urgent />
              <FloorStage picked={picked} onPick={setPicked} />
            </>
          ) : (
            <NoSession />
          )}
        </section>
        <aside className="hall-side">
          {mine ? (
            <DevicesProvider>
              <HallPicture />
            </DevicesProvider>
          ) : (
            <HallPicture />
          )}
          <Dossier picked={picked} />
          <TurnList onPick={setPicked} />
        </aside>
      </main>
      <RoomAudio />
      <KeyHelp open={help} onClose={() => setHelp(false)} />
    </div>
  );
}
