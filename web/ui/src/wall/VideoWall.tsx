import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LineVideo, useLineUnit } from '../components/LineVideo';
import { useClient, useMuster } from '../components/muster';
import { useLook } from '../hall/useSeat';
import type * as wire from '../lib/wire.gen';
import { pageOf, ridFor, shape } from './layout';
import './wall.css';

interface Props {
  /** Tiles on a page. */
  size: number;
  page: number;
  onPick?: (unit: string) => void;
}

/** A page of the wall. Only the tiles on it are asked for: the server sends nothing for the others. */
export function VideoWall({ size, page, onPick }: Props) {
  const client = useClient();
  const units = useMuster((s) => s.roster);
  const lines = useMuster((s) => s.hello?.lines);
  const box = useRef<HTMLDivElement>(null);
  const ratio = useRatio(box);
  const walls = useMemo(
    () => lines?.filter((l) => l.name.startsWith('wall')).map((l) => l.name) ?? [],
    [lines],
  );
  const shown = useMemo(
    () => pageOf(units ?? [], size, page).slice(0, walls.length),
    [units, size, page, walls],
  );
  useEffect(() => {
    const rid = ridFor(size);
    const tiles = shown.map((unit, i) => ({ line: walls[i] ?? '', unit: unit.code, rid }));
    client.report('watch', { tiles });
  }, [client, shown, walls, size]);
  useEffect(() => () => client.report('watch', { tiles: [] }), [client]);
  const blur = useMuster((s) => s.session?.blur === true);
  const { columns, rows } = shape(size, ratio);
  return (
    <div
      ref={box}
      className="wall"
      data-testid="wall"
      data-dense={size > 64}
      data-blur={blur}
      style={{ gridTemplate: `repeat(${rows}, minmax(0, 1fr)) / repeat(${columns}, minmax(0, 1fr))` }}
    >
      {shown.map((unit, i) => (
        <Tile key={walls[i]} line={walls[i] ?? ''} unit={unit} onPick={onPick} />
      ))}
    </div>
  );
}

interface TileProps {
  line: string;
  unit: wire.Unit;
  onPick: ((unit: string) => void) | undefined;
}

const Tile = memo(function Tile({ line, unit, onPick }: TileProps) {
  const { t } = useTranslation();
  const look = useLook(unit.code);
  const shown = useLineUnit(line, unit.code) ?? unit;
  const words = { never: t('hall.wall.absent'), gone: t('hall.wall.gone') };
  const word = look === 'never' || look === 'gone' ? words[look] : undefined;
  return (
    <button
      type="button"
      className="wall-tile"
      data-testid={`tile-${unit.code}`}
      data-look={look}
      title={unit.name}
      onClick={() => onPick?.(unit.code)}
    >
      <LineVideo line={line} fit="cover" word={word} />
      <span>{shown.short}</span>
    </button>
  );
});

function useRatio(box: React.RefObject<HTMLElement | null>): number {
  const [ratio, setRatio] = useState(16 / 9);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => {
      const { width = 16, height = 9 } = entry?.contentRect ?? {};
      if (height > 0) setRatio(width / height);
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return ratio;
}
