import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { playTest } from '../lib/sounds';
import { Verdict } from './DeviceCheck';

type Step = 'try' | 'playing' | 'ask' | 'ok' | 'bad' | 'blocked';

/** Only the officer can know whether the loudspeaker sounds: a tone is played and a question asked. */
export function SpeakerCheck() {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step>('try');
  const play = async () => {
    setStep('playing');
    setStep((await playTest()) ? 'ask' : 'blocked');
  };
  return (
    <section className="check-card" data-testid="check-speaker" data-step={step}>
      <div className="check-row">
        <h2>{t('station.check.speaker')}</h2>
        <span className="check-device" />
        <Button onClick={() => void play()} loading={step === 'playing'}>
          {t('station.check.play')}
        </Button>
      </div>
      <div className="check-row">
        <Verdict ok={verdictOf(step)}>{t(`station.check.${sentenceOf[step]}`)}</Verdict>
        {step === 'ask' && (
          <>
            <Button type="primary" onClick={() => setStep('ok')}>
              {t('station.check.yes')}
            </Button>
            <Button onClick={() => setStep('bad')}>{t('station.check.no')}</Button>
          </>
        )}
      </div>
    </section>
  );
}

const sentenceOf = {
  try: 'speakerTry',
  playing: 'playing',
  ask: 'speakerAsk',
  ok: 'speakerOk',
  bad: 'speakerBad',
  blocked: 'speakerBlocked',
} as const;

function verdictOf(step: Step): boolean | null {
  if (step === 'ok') return true;
  return step === 'bad' || step === 'blocked' ? false : null;
}
