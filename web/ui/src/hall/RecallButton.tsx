import { Badge, Button, Popover } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { recallList } from './seats';

/** The units that did not answer and are to be called again. */
export function RecallButton({ onPick }: { onPick: (unit: string) => void }) {
  const { t } = useTranslation();
  const units = useMuster((s) => s.roster);
  const seats = useMuster((s) => s.seats);
  const [open, setOpen] = useState(false);
  const list = useMemo(() => recallList(units, seats), [units, seats]);
  const content = (
    <div className="recall">
      {list.length === 0 && <p>{t('hall.recall.none')}</p>}
      {list.map((unit) => (
        <Button
          key={unit.code}
          type="text"
          onClick={() => {
            onPick(unit.code);
            setOpen(false);
          }}
        >
          {unit.name}
        </Button>
      ))}
    </div>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" content={content}>
      <Badge count={list.length}>
        <Button size="large" data-testid="recall-button">
          {t('hall.recall.title')}
        </Button>
      </Badge>
    </Popover>
  );
}
