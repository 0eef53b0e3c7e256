import { Button, Dropdown, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';
import { extendSeconds } from './keyActions';
import { useCallBranch } from './useCall';
import { useOnce } from './useOnce';

/** What the host can do with a turn beside opening and ending it. */
export function TurnMenu({ turn, picked }: { turn: wire.Turn; picked: string | null }) {
  const { t } = useTranslation();
  const run = useOnce();
  const callBranch = useCallBranch();
  const unit = useMuster((s) => s.units[turn.unit]);
  const right = useMuster((s) => s.units[picked ?? '']);
  const [by, setBy] = useState<'phone' | 'branch' | null>(null);
  const called = turn.state === 'called';
  const station = unit?.kind === 'station';
  const ref = { turn: turn.id };
  const swap = right && right.code !== turn.unit ? right : undefined;
  const items = [
    {
      key: 'swap',
      label: swap ? t('hall.turn.swapFor', { unit: swap.short }) : t('hall.turn.swapPick'),
      disabled: !swap,
      run: () => swap && run('turn.swap', { ...ref, unit: swap.code }),
    },
    { key: 'withdraw', label: t('hall.keys.withdraw'), run: () => run('turn.withdraw', ref) },
    { key: 'hold', label: t('hall.turn.hold'), disabled: called, run: () => run('turn.hold', ref) },
    {
      key: 'extend',
      label: t('hall.turn.extend'),
      run: () => run('turn.extend', { ...ref, seconds: extendSeconds }),
    },
    { key: 'phone', label: t('hall.turn.phone'), disabled: !called, run: () => setBy('phone') },
    {
      key: 'branch',
      label: t('hall.turn.byBranch'),
      disabled: !called || !station,
      run: () => setBy('branch'),
    },
    {
      key: 'call-branch',
      label: t('hall.turn.callBranch'),
      disabled: !station,
      run: () => unit && callBranch(unit),
    },
  ];
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: items.map(({ key, label, disabled }) => ({ key, label, disabled })),
          onClick: ({ key }) => void items.find((i) => i.key === key)?.run(),
        }}
      >
        <Button data-testid="turn-more">{t('hall.more.title')}</Button>
      </Dropdown>
      {by && <ProxyModal turn={turn} by={by} onClose={() => setBy(null)} />}
    </>
  );
}

interface ProxyProps {
  turn: wire.Turn;
  by: 'phone' | 'branch';
  onClose: () => void;
}

/** 代答: who answers for the unit is kept with the turn. */
function ProxyModal({ turn, by, onClose }: ProxyProps) {
  const { t } = useTranslation();
  const run = useCommand();
  const [note, setNote] = useState('');
  const save = async () => {
    if (note.trim() && (await run('turn.mark', { turn: turn.id, by, note: note.trim() }))) onClose();
  };
  return (
    <Modal
      open
      title={t(by === 'phone' ? 'hall.turn.phone' : 'hall.turn.byBranch')}
      onCancel={onClose}
      onOk={() => void save()}
      okButtonProps={{ disabled: !note.trim() }}
    >
      <p>{t('hall.turn.whoSpoke')}</p>
      <Input
        autoFocus
        value={note}
        maxLength={200}
        onChange={(e) => setNote(e.target.value)}
        onPressEnter={() => void save()}
        data-testid="proxy-note"
      />
    </Modal>
  );
}
