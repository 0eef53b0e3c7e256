import { App, Button, Input, Popover, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { useCommand } from '../components/useCommand';
import { SessionMenu } from './SessionMenu';
import { useOnce } from './useOnce';

/** Begins and ends the call. */
export function SessionControls({ onPlan }: { onPlan: () => void }) {
  const { t } = useTranslation();
  const run = useOnce();
  const { modal } = App.useApp();
  const state = useMuster((s) => s.session?.state ?? 'closed');
  const session = useMuster((s) => s.session?.id);
  if (state === 'closed') return <Start />;
  const close = () =>
    modal.confirm({
      title: t('hall.session.closeAsk'),
      content: t('hall.session.closeHint'),
      okText: t('hall.session.yes'),
      cancelText: t('hall.session.cancel'),
      okButtonProps: { danger: true },
      onOk: () => run('session.close', { ...(session && { session }) }),
    });
  return (
    <span className="session-controls">
      {state === 'waiting' && (
        <Button type="primary" onClick={() => void run('session.begin')} data-testid="session-begin">
          {t('hall.session.begin')}
        </Button>
      )}
      <SessionMenu onPlan={onPlan} />
      {state === 'open' && (
        <Button onClick={close} data-testid="session-close">
          {t('hall.session.close')}
        </Button>
      )}
    </span>
  );
}

const waits = [0, 1, 5, 15] as const;
/** Planned lengths in minutes; -1 leaves it to the server, 0 is none. */
const lengths = [-1, 0, 15, 30, 60, 90, 120] as const;

function Start() {
  const { t } = useTranslation();
  const run = useCommand();
  const [kind, setKind] = useState('drill');
  const [title, setTitle] = useState('');
  const [minutes, setMinutes] = useState(0);
  const [length, setLength] = useState(-1);
  const [open, setOpen] = useState(false);
  const start = async () => {
    const done = await run('session.start', {
      kind,
      wait_s: minutes * 60,
      ...(title && { title }),
      ...(length >= 0 && { length_s: length * 60 }),
    });
    if (done) setOpen(false);
  };
  const lengthWord = (n: number) => {
    if (n < 0) return t('hall.session.asUsual');
    return n === 0 ? t('hall.session.noLength') : t('hall.session.minutes', { n });
  };
  const form = (
    <div className="session-form">
      <Segmented
        block
        value={kind}
        onChange={setKind}
        options={[
          { value: 'drill', label: t('hall.session.drill') },
          { value: 'extra', label: t('hall.session.extra') },
        ]}
      />
      <Input
        value={title}
        maxLength={60}
        placeholder={t('hall.session.title')}
        onChange={(e) => setTitle(e.target.value)}
      />
      <Select
        aria-label={t('hall.session.wait')}
        value={minutes}
        onChange={setMinutes}
        options={waits.map((n) => ({
          value: n,
          label:
            n === 0 ? t('hall.session.now') : `${t('hall.session.wait')} ${t('hall.session.minutes', { n })}`,
        }))}
      />
      <Select
        aria-label={t('hall.session.length')}
        value={length}
        onChange={setLength}
        data-testid="session-length"
        options={lengths.map((n) => ({ value: n, label: `${t('hall.session.length')} ${lengthWord(n)}` }))}
      />
      <Button type="primary" onClick={() => void start()} data-testid="session-open">
        {t('hall.session.open')}
      </Button>
    </div>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" content={form}>
      <Button type="primary" data-testid="session-start">
        {t('hall.session.start')}
      </Button>
    </Popover>
  );
}
