import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { Devices, type DevicesState } from '../lib/devices';
import { lookMS, type NetworkState, NetworkWatch } from '../lib/network';
import './media.css';
import { useClient, useMuster } from './muster';

const Context = createContext<Devices | null>(null);

/** Opens the page's camera and microphone while it is mounted. */
export function DevicesProvider({ children }: { children: ReactNode }) {
  const [devices] = useState(() => new Devices());
  useEffect(() => {
    void devices.open();
    const resume = () => devices.level.resume();
    window.addEventListener('pointerdown', resume);
    window.addEventListener('keydown', resume);
    return () => {
      devices.close();
      window.removeEventListener('pointerdown', resume);
      window.removeEventListener('keydown', resume);
    };
  }, [devices]);
  return <Context value={devices}>{children}</Context>;
}

export function useDevices(): Devices {
  const devices = useContext(Context);
  if (!devices) throw new Error('useDevices needs a DevicesProvider above it');
  return devices;
}

export function useDevicesState(): DevicesState {
  const devices = useDevices();
  return useSyncExternalStore(devices.subscribe, () => devices.state());
}

/** Sends camera and microphone to their lines, while the page is to send them, and reports how they are. */
export function usePublishing(sending = true) {
  const client = useClient();
  const devices = useDevices();
  const state = useDevicesState();
  const soundBlocked = useMuster((s) => s.soundBlocked);
  const camera = sending ? state.camera.track : null;
  const microphone = sending ? state.microphone.track : null;
  useEffect(() => client.media.send('camera', camera), [client, camera]);
  useEffect(() => client.media.send('mic', microphone), [client, microphone]);
  const network = useNetwork();
  const { camera: c, microphone: m, speaker: s } = devices.report(soundBlocked);
  useEffect(() => {
    if (state.opened) client.report('device', { camera: c, microphone: m, speaker: s, network });
  }, [client, state.opened, c, m, s, network]);
}

/** Looks at the page's line now and then. */
function useNetwork(): NetworkState {
  const client = useClient();
  const [network, setNetwork] = useState<NetworkState>('ok');
  useEffect(() => {
    const watch = new NetworkWatch();
    const look = async () => {
      const { state, rttMS } = client.state().link;
      // Without a socket nobody hears the report: what was measured then says nothing of afterwards.
      if (state !== 'open') return;
      setNetwork(watch.feed({ rttMS, lines: await client.media.stats() }));
    };
    const timer = setInterval(() => void look(), lookMS);
    return () => clearInterval(timer);
  }, [client]);
  return network;
}

/** The own camera as in a mirror. */
export function Mirror() {
  const { camera } = useDevicesState();
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = camera.track ? new MediaStream([camera.track]) : null;
  }, [camera.track]);
  return <video ref={video} className="mirror" data-testid="own-video" muted autoPlay playsInline />;
}
