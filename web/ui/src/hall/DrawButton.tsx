import { Button, Popover, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';
import { useCall } from './useCall';

/** Draws a unit at random; the server draws and keeps the draw in the journal, the host then calls it. */
export function DrawButton({ onPick }: { onPick: (unit: string) => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const running = useMuster((s) => s.session?.state === 'open');
  const [branch, setBranch] = useState('');
  const [drawn, setDrawn] = useState<wire.DrawResult | null>(null);
  const [open, setOpen] = useState(false);
  const draw = async () => {
    const done = await run('draw', branch === police ? { kind: police } : { ...(branch && { branch }) });
    setDrawn(done?.result ?? null);
    setOpen(done !== null);
    if (done) onPick(done.result.unit);
  };
  const content = drawn && (
    <Drawn drawn={drawn} onAgain={() => void draw()} onCalled={() => setOpen(false)} />
  );
  return (
    <div className="draw">
      <Popover
        open={open}
        onOpenChange={(shown) => !shown && setOpen(false)}
        trigger="click"
        content={content}
      >
        <Button size="large" disabled={!running} onClick={() => void draw()} data-testid="draw-button">
          {t('hall.draw.title')}
        </Button>
      </Popover>
      <Scope value={branch} onChange={setBranch} />
    </div>
  );
}

const police = 'police_type';

function Scope({ value, onChange }: { value: string; onChange: (branch: string) => void }) {
  const { t } = useTranslation();
  const units = useMuster((s) => s.roster);
  const branches = units.filter((u) => u.kind === 'branch');
  return (
    <Select
      size="large"
      aria-label={t('hall.draw.any')}
      value={value}
      onChange={onChange}
      popupMatchSelectWidth={180}
      options={[
        { value: '', label: t('hall.draw.any') },
        { value: police, label: t('hall.board.policeTypes') },
        ...branches.map((u) => ({ value: u.code, label: u.short })),
      ]}
    />
  );
}

interface DrawnProps {
  drawn: wire.DrawResult;
  onAgain: () => void;
  onCalled: () => void;
}

function Drawn({ drawn, onAgain, onCalled }: DrawnProps) {
  const { t } = useTranslation();
  const unit = useMuster((s) => s.units[drawn.unit]);
  const { call, busy } = useCall();
  return (
    <div className="drawn" data-testid="drawn" data-unit={drawn.unit}>
      <b>{unit?.name}</b>
      <p>{t('hall.draw.from', { n: drawn.candidates })}</p>
      <div>
        <Button
          type="primary"
          danger
          size="large"
          autoFocus
          loading={busy}
          onClick={async () => (await call(drawn.unit, 'draw')) && onCalled()}
          data-testid="drawn-call"
        >
          {t('hall.unit.call')}
        </Button>
        <Button size="large" onClick={onAgain}>
          {t('hall.draw.again')}
        </Button>
      </div>
    </div>
  );
}
