import { Button, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import type * as wire from '../lib/wire.gen';
import { defaultStep } from './steps';
import { useOnce } from './useOnce';

/** Where the agenda stands, what comes next, and the one button that goes on. */
export function AgendaBar() {
  const { t } = useTranslation();
  const run = useOnce();
  const desk = useMuster((s) => s.desk);
  const running = useMuster((s) => s.session?.state === 'open');
  const [open, setOpen] = useState(false);
  if (desk.agenda.length === 0) return null;
  const goto = (step: number) => {
    setOpen(false);
    void run('agenda.goto', { step });
  };
  const next = desk.agenda[desk.step + 1];
  return (
    <div className="agenda-bar" data-testid="agenda" data-step={desk.step}>
      <Popover
        open={open}
        onOpenChange={setOpen}
        trigger="click"
        placement="bottomLeft"
        content={<Steps desk={desk} running={running} onGo={goto} />}
      >
        <Button type="text" className="agenda-now">
          <small>
            {desk.step + 1}/{desk.agenda.length}
          </small>
          <StepName step={desk.agenda[desk.step]} none={t('hall.agenda.notBegun')} />
        </Button>
      </Popover>
      <span className="agenda-next">
        {t('hall.agenda.next')} <StepName step={next} none={t('hall.agenda.end')} />
      </span>
      <Button
        type="primary"
        disabled={!running || !next}
        onClick={() => void run('agenda.next', { from: desk.step })}
        data-testid="agenda-next"
      >
        {t('hall.agenda.go')}
      </Button>
    </div>
  );
}

function StepName({ step, none }: { step: wire.Step | undefined; none: string }) {
  const { t } = useTranslation();
  const unit = useMuster((s) => s.units[step?.unit ?? step?.branch ?? '']);
  if (!step) return <b>{none}</b>;
  if (step.kind === 'draw') return <b>{t('hall.agenda.draw', { branch: unit?.short ?? '' })}</b>;
  return <b>{unit?.short ?? <StepTitle step={step} />}</b>;
}

function StepTitle({ step }: { step: wire.Step }) {
  const { t } = useTranslation();
  const own = defaultStep(step);
  return own ? t(`hall.agenda.steps.${own}`) : step.title;
}

interface StepsProps {
  desk: wire.Desk;
  running: boolean;
  onGo: (step: number) => void;
}

function Steps({ desk, running, onGo }: StepsProps) {
  return (
    <ol className="agenda-steps">
      {desk.agenda.map((step, i) => (
        <li key={i} data-done={i < desk.step} data-now={i === desk.step}>
          <Button type="text" disabled={!running} onClick={() => onGo(i)}>
            <small>{i + 1}</small>
            <StepName step={step} none="" />
            <span>{(step.unit || step.branch) && <StepTitle step={step} />}</span>
          </Button>
        </li>
      ))}
    </ol>
  );
}
