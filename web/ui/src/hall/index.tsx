import { useEffect, useState } from 'react';
import { ConsolePage } from '../components/ConsolePage';
import { DevicesProvider } from '../components/devices';
import { useMuster } from '../components/muster';
import { RoomAudio } from '../components/RoomAudio';
import type * as wire from '../lib/wire.gen';
import { VideoWall } from '../wall/VideoWall';
import { tilesOf, type WallView } from '../wall/WallBar';
import { AgendaBar } from './AgendaBar';
import { Board } from './Board';
import { CalendarNotice } from './CalendarNotice';
import { CallPanel } from './CallPanel';
import { DeskBar } from './DeskBar';
import { Dossier } from './Dossier';
import { FiguresProvider } from './Figures';
import { FloorStage } from './FloorStage';
import { HallPicture } from './HallPicture';
import { Header } from './Header';
import { KeyHelp } from './KeyHelp';
import { useKeys } from './keys';
import { NoSession } from './NoSession';
import { PlannedModal } from './PlannedModal';
import { actingTurn, currentTurn } from './seats';
import { TurnList } from './TurnList';
import { type Question, UnitQuestion } from './UnitQuestion';
import { Urgent } from './Urgent';
import { ViewBar } from './ViewBar';
import './hall.css';
import './floor.css';
import './desk.css';

/** The host's console: who is here, who is called, and the call itself. */
export default function Page() {
  return (
    <ConsolePage page="console">
      <FiguresProvider>
        <Hall />
      </FiguresProvider>
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
  const [planning, setPlanning] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const acting = useMuster((s) => actingTurn(s.turns, chosen));
  // What is called is what the host looks at next.
  useEffect(() => {
    if (current?.unit) setPicked(current.unit);
    setChosen(current?.id ?? null);
  }, [current?.unit, current?.id]);
  const choose = (turn: wire.Turn) => {
    setChosen(turn.id);
    setPicked(turn.unit);
  };
  useKeys({
    picked,
    turn: acting,
    onChoose: choose,
    onAsk: setQuestion,
    onView: () => setView((v) => (v === 'board' ? 'wall' : 'board')),
    onHelp: () => setHelp((shown) => !shown),
    onPlan: () => setPlanning(true),
  });
  return (
    <div className="hall" data-view={view}>
      <Header onHelp={() => setHelp(true)} onPlan={() => setPlanning(true)} />
      <main className="hall-main">
        <section className="hall-units">
          <CallPanel picked={picked} onPick={setPicked} onAsk={setQuestion} />
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
              <FloorStage picked={picked} acting={acting?.id} onChoose={choose} />
            </>
          ) : (
            <NoSession onPlan={() => setPlanning(true)} />
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
          <Dossier picked={picked} acting={acting} onChoose={choose} />
          <TurnList onPick={setPicked} />
        </aside>
      </main>
      <RoomAudio />
      <UnitQuestion question={question} onClose={() => setQuestion(null)} />
      <PlannedModal open={planning} onClose={() => setPlanning(false)} />
      <KeyHelp open={help} onClose={() => setHelp(false)} />
    </div>
  );
}
