import { Button, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Mirror, useDevices, useDevicesState } from '../components/devices';
import { meterShare } from '../lib/level';
import { AirSign } from './AirSign';
import { SpeakerCheck } from './SpeakerCheck';
import './check.css';

/** Camera, microphone and loudspeaker, each with what to do when it does not work; then one button. */
export function DeviceCheck({ onEnter }: { onEnter: () => void }) {
  const { t } = useTranslation();
  const { opened, camera, microphone, picture, silent } = useDevicesState();
  const fine = camera.track && microphone.track && picture === 'ok' && !silent;
  return (
    <main className="check">
      <header>
        <h1>{t('station.check.title')}</h1>
        <p>{opened ? t('station.check.lead') : t('station.check.opening')}</p>
      </header>
      <CameraCheck />
      <MicrophoneCheck />
      <SpeakerCheck />
      <footer>
        <Button
          type={opened && !fine ? 'default' : 'primary'}
          size="large"
          disabled={!opened}
          onClick={onEnter}
          data-testid="enter-button"
        >
          {opened && !fine ? t('station.check.enterAnyway') : t('station.check.enter')}
        </Button>
      </footer>
    </main>
  );
}

export function Verdict({ ok, children }: { ok: boolean | null; children: string }) {
  const state = ok === null ? 'ask' : ok ? 'ok' : 'bad';
  return (
    <p className="verdict" data-state={state} role="status">
      <i aria-hidden>{{ ask: '…', ok: '✓', bad: '!' }[state]}</i>
      {children}
    </p>
  );
}

function CameraCheck() {
  const { t } = useTranslation();
  const { opened, camera, cameras, picture } = useDevicesState();
  const trouble = camera.trouble ?? (picture === 'ok' ? null : picture);
  return (
    <section className="check-card check-camera" data-testid="check-camera" data-trouble={trouble ?? ''}>
      <div className="check-picture">
        <Mirror />
        <AirSign />
      </div>
      <div className="check-row">
        <h2>{t('station.check.camera')}</h2>
        <Choice kind="camera" devices={cameras} current={camera.track} />
        <Retry show={opened && camera.trouble !== null} />
      </div>
      {opened && (
        <Verdict ok={!trouble}>
          {trouble ? t(`station.trouble.camera.${trouble}`) : t('station.check.cameraOk')}
        </Verdict>
      )}
    </section>
  );
}

/** From here on the bar is clearly somebody speaking. */
const spoken = 0.45;

function MicrophoneCheck() {
  const { t } = useTranslation();
  const { opened, microphone, microphones, silent } = useDevicesState();
  const [heard, setHeard] = useState(false);
  const trouble = microphone.trouble ?? (silent ? 'silent' : null);
  const text = heard ? t('station.check.microphoneOk') : t('station.check.microphoneTry');
  return (
    <section className="check-card" data-testid="check-microphone" data-trouble={trouble ?? ''}>
      <div className="check-row">
        <h2>{t('station.check.microphone')}</h2>
        <Choice kind="microphone" devices={microphones} current={microphone.track} />
        <Retry show={opened && microphone.trouble !== null} />
      </div>
      <LevelBar onLevel={(share) => share > spoken && setHeard(true)} />
      {opened && (
        <Verdict ok={trouble ? false : heard || null}>
          {trouble ? t(`station.trouble.microphone.${trouble}`) : text}
        </Verdict>
      )}
    </section>
  );
}

function LevelBar({ onLevel }: { onLevel: (share: number) => void }) {
  const devices = useDevices();
  const bar = useRef<HTMLDivElement>(null);
  const told = useRef(onLevel);
  told.current = onLevel;
  useEffect(() => {
    let frame = 0;
    const draw = () => {
      const share = meterShare(devices.level.now());
      if (bar.current) bar.current.style.transform = `scaleX(${share})`;
      told.current(share);
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [devices]);
  return (
    <div className="level" data-testid="level">
      <div ref={bar} />
    </div>
  );
}

interface ChoiceProps {
  kind: 'camera' | 'microphone';
  devices: readonly MediaDeviceInfo[];
  current: MediaStreamTrack | null;
}

function Choice({ kind, devices, current }: ChoiceProps) {
  const { t } = useTranslation();
  const all = useDevices();
  if (devices.length < 2) return <span className="check-device">{current?.label}</span>;
  return (
    <Select
      className="check-device"
      aria-label={t('station.check.choose')}
      value={current?.getSettings().deviceId ?? null}
      options={devices.map((d) => ({ value: d.deviceId, label: d.label }))}
      onChange={(id) => id && void all.choose(kind, id)}
    />
  );
}

function Retry({ show }: { show: boolean }) {
  const { t } = useTranslation();
  const devices = useDevices();
  return show ? <Button onClick={() => void devices.reopen()}>{t('station.check.retry')}</Button> : null;
}
