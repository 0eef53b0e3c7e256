import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MusterProvider, useMuster } from '../components/muster';
import { Notices } from '../components/Notices';
import { RoomAudio } from '../components/RoomAudio';
import { Devices } from '../lib/devices';
import { createMuster } from '../lib/muster';
import { takeToken } from '../lib/token';
import { DeviceCheck } from './DeviceCheck';
import { Header } from './Header';
import { Connecting, Lost, NoLink, Stopped } from './Overlays';
import { Room } from './Room';
import './station.css';
import './call.css';
import { isOpen, lastTurn } from './turn';
import { DevicesContext, useDevices, usePublishing, useRinging, useShown, useSpeech } from './useStation';

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
  const [client] = useState(() => createMuster({ page: 'station', token }));
  const [devices] = useState(() => new Devices());
  useEffect(() => {
    client.start();
    void devices.open();
    const resume = () => devices.level.resume();
    window.addEventListener('pointerdown', resume);
    window.addEventListener('keydown', resume);
    return () => {
      client.stop();
      devices.close();
      window.removeEventListener('pointerdown', resume);
      window.removeEventListener('keydown', resume);
    };
  }, [client, devices]);
  return (
    <MusterProvider client={client}>
      <DevicesContext value={devices}>
        <Station />
      </DevicesContext>
    </MusterProvider>
  );
}

const entered = 'muster.entered';

function Station() {
  const { t } = useTranslation();
  const devices = useDevices();
  const link = useMuster((s) => s.link);
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
  if (link.state === 'stopped' && link.bye) return <Stopped bye={link.bye} />;
  const enter = () => {
    sessionStorage.setItem(entered, '1');
    devices.level.resume();
    setInside(true);
  };
  const recheck = () => setInside(false);
  if (inside && !ready) return <Connecting />;
  return (
    <div className="station">
      <Header />
      {inside ? <Room onRecheck={recheck} /> : <DeviceCheck onEnter={enter} />}
      {inside && <RoomAudio />}
      {ready && <Lost />}
      <Notices />
    </div>
  );
}
