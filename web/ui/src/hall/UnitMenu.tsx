import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';
import { canSpot, micCommand } from './keyActions';
import type { Question } from './UnitQuestion';

/** What the host can do with a unit beside calling it. */
export function UnitMenu({ unit, onAsk }: { unit: wire.Unit; onAsk: (question: Question) => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const seat = useMuster((s) => s.seats[unit.code]);
  const state = useMuster((s) => s.session?.state);
  const spot = useMuster((s) => canSpot(s, s.seats[unit.code]));
  const onFloor = useMuster((s) => s.floor.places.some((p) => p.unit === unit.code));
  const here = seat?.presence === 'here';
  const ref = { unit: unit.code };
  const items = [
    { key: 'line', label: t('hall.more.line'), disabled: !here, run: () => run('line.open', ref) },
    {
      key: 'mic',
      label: t(seat?.muted ? 'hall.mic.ask' : 'hall.mic.mute'),
      disabled: !here || (!seat?.muted && onFloor),
      run: () => run(micCommand(seat), ref),
    },
    {
      key: 'spot',
      label: t('hall.more.spot'),
      disabled: !spot,
      run: () => run('roll.call', { units: [unit.code] }),
    },
    {
      key: 'check',
      label: t(seat?.checked ? 'hall.more.uncheck' : 'hall.more.check'),
      run: () => run('seat.check', { ...ref, ok: !seat?.checked }),
    },
    { key: 'text', label: t('hall.more.text'), disabled: !here, run: () => onAsk({ what: 'text', unit }) },
    {
      key: 'excuse',
      label: t(seat?.excuse ? 'hall.more.excuses' : 'hall.more.excuse'),
      run: () => onAsk({ what: 'excuse', unit }),
    },
    {
      key: 'dismiss',
      label: t('hall.more.dismiss'),
      disabled: state !== 'open' || seat?.dismissed === true,
      run: () => run('session.dismiss', { units: [unit.code] }),
    },
    { key: 'move', label: t('hall.more.move'), disabled: !seat?.waiting, run: () => run('seat.move', ref) },
  ];
  return (
    <Dropdown
      trigger={['click']}
      disabled={!seat || !state || state === 'closed'}
      menu={{
        items: items.map(({ key, label, disabled }) => ({ key, label, disabled })),
        onClick: ({ key }) => void items.find((i) => i.key === key)?.run(),
      }}
    >
      <Button size="large" data-testid="unit-more">
        {t('hall.more.title')}
      </Button>
    </Dropdown>
  );
}
