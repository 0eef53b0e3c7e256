import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { WallBar, type WallView } from '../wall/WallBar';
import type { View } from './index';

interface Props {
  view: View;
  onView: (view: View) => void;
  wall: WallView;
  onWall: (wall: WallView) => void;
}

const legend = ['here', 'late', 'never', 'gone', 'excused', 'missed', 'called', 'speaking'] as const;

/** Board or wall, and what belongs to the one that is shown: the legend, or layout and page. */
export function ViewBar({ view, onView, wall, onWall }: Props) {
  const { t } = useTranslation();
  return (
    <div className="view-bar">
      <Segmented<View>
        options={[
          { value: 'board', label: t('hall.nav.board') },
          { value: 'wall', label: t('hall.nav.wall') },
        ]}
        value={view}
        onChange={onView}
      />
      {view === 'wall' ? (
        <WallBar view={wall} onChange={onWall} />
      ) : (
        <ul className="legend">
          {legend.map((state) => (
            <li key={state}>
              <i className="seat" data-state={state} />
              {t(`hall.board.legend.${state}`)}
            </li>
          ))}
          <li>
            <i className="seat" data-state="here" data-trouble="true" />
            {t('hall.board.trouble')}
          </li>
        </ul>
      )}
    </div>
  );
}
