import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DevicesProvider, usePublishing } from '../components/devices';
import { MusterProvider, useMuster } from '../components/muster';
import { Notices } from '../components/Notices';
import { RoomAudio } from '../components/RoomAudio';
import { createMuster } from '../lib/muster';
import { takeDevice, takeToken } from '../lib/token';
import { DeviceCheck } from './DeviceCheck';
import { Header } from './Header';
import { Connecting, Lost, NoLink, Stopped } from './Overlays';
import { RollBanner } from './RollBanner';
import { Room } from './Room';
import { SeatAsked, SeatTaken } from './Seat';
import './station.css';
import './call.css';
import { isOpen, lastTurn } from './turn';
import { useRinging, useShown, useSpeech } from './useStation';

/** The page of one unit, opened by its join link. */
export default function Page() {
  const [token] = useState(() => takeToken(location, history, sessionStorage));
  useEffect(() => {
    // Another link pasted into this tab changes only the hash, which loads nothing by itself.
    const changed = () => location.hash.length > 1 && location.reload();
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  return token ? <Connected token={token} /> : <NoLink />;
}

function Connected({ token }: { token: string }) {
  const device = useDevice();
  return device ? <Joined token={token} device={device} /> : <main className="whole-page" aria-busy="true" />;
}

let device: Promise<string> | undefined;

/** This tab's name, held for as long as the page is there; a tab that is a copy of another gets its own. */
function useDevice(): string | null {
  const [name, setName] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    device ??= takeDevice(sessionStorage, navigator.locks);
    void device.then((taken) => current && setName(taken));
    return () => {
      current = false;
    };
  }, []);
  return name;
}

function Joined({ token, device }: { token: string; device: string }) {
  const [client] = useState(() => createMuster({ page: 'station', token, device }));
  useEffect(() => {
    client.start();
    return () => client.stop();
  }, [client]);
  return (
    <MusterProvider client={client}>
      <Gate />
    </MusterProvider>
  );
}

/** A page that was sent away lets go of camera and microphone. */
function Gate() {
  const link = useMuster((s) => s.link);
  const taken = useMuster((s) => s.seatTaken);
  if (link.state === 'stopped' && link.bye) return <Stopped bye={link.bye} />;
  if (taken) return <SeatTaken taken={taken} />;
  return (
    <DevicesProvider>
      <Station />
    </DevicesProvider>
  );
}

const entered = 'muster.entered';

function Station() {
  const { t } = useTranslation();
  const ready = useMuster((s) => s.ready);
  const turn = useMuster(lastTurn);
  const [inside, setInside] = useState(() => sessionStorage.getItem(entered) !== null);
  const called = isOpen(turn);
  usePublishing();
  useShown(turn);
  const ringing = useRinging(turn, t('station.call.tabTitle'));
  useSpeech(turn, ringing);
  useEffect(() => {
    // A call goes before the device check: nobody may miss it because of an open check.
    if (called) setInside(true);
  }, [called]);
  const enter = () => {
    sessionStorage.setItem(entered, '1');
    setInside(true);
  };
  const recheck = () => setInside(false);
  if (inside && !ready) return <Connecting />;
  return (
    <div className="station">
      <Header />
      {inside ? <Room onRecheck={recheck} /> : <DeviceCheck onEnter={enter} />}
      {!inside && <RollBanner />}
      {inside && <RoomAudio />}
      {ready && <Lost />}
      <SeatAsked />
      <Notices />
    </div>
  );
}
