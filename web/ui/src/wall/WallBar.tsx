import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { pageSizes, pages } from './layout';

export interface WallView {
  /** Tiles on a page; 0 stands for all units. */
  size: number;
  page: number;
}

/** The number of tiles that a view stands for. */
export function tilesOf(view: WallView, units: number): number {
  return view.size || Math.max(1, units);
}

/** Chooses layout and page of the wall. */
export function WallBar({ view, onChange }: { view: WallView; onChange: (view: WallView) => void }) {
  const { t } = useTranslation();
  const units = useMuster((s) => s.roster.length);
  const count = pages(units, tilesOf(view, units));
  const turn = (by: number) => onChange({ ...view, page: (view.page + by + count) % count });
  const options = [
    ...pageSizes.map((n) => ({ value: n, label: n })),
    { value: 0, label: t('hall.wall.all', { n: units }) },
  ];
  return (
    <div className="wall-bar">
      <Segmented<number>
        aria-label={t('hall.wall.layout')}
        options={options}
        value={view.size}
        onChange={(size) => onChange({ size, page: 0 })}
      />
      {count > 1 && (
        <>
          <Button icon={<LeftOutlined />} aria-label={t('hall.wall.prev')} onClick={() => turn(-1)} />
          <span data-testid="wall-page">{t('hall.wall.page', { p: (view.page % count) + 1, n: count })}</span>
          <Button icon={<RightOutlined />} aria-label={t('hall.wall.next')} onClick={() => turn(1)} />
        </>
      )}
    </div>
  );
}
