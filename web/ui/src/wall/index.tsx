import { Button, Switch, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Clock } from '../components/Clock';
import { ConnectionBadge } from '../components/ConnectionBadge';
import { ConsolePage } from '../components/ConsolePage';
import { LangSwitch } from '../components/LangSwitch';
import { useMuster } from '../components/muster';
import { VideoWall } from './VideoWall';
import { tilesOf, WallBar, type WallView } from './WallBar';

/** A screen of its own with the pictures of all units; it shows and plays nothing else. */
export default function Page() {
  return (
    <ConsolePage page="wall">
      <Wall />
    </ConsolePage>
  );
}

const turnMS = 15_000;

function Wall() {
  const { t } = useTranslation();
  const units = useMuster((s) => s.roster.length);
  const title = useMuster((s) => s.session?.title);
  const drill = useMuster((s) => s.session?.kind === 'drill');
  const [view, setView] = useState<WallView>({ size: 36, page: 0 });
  const [auto, setAuto] = useState(false);
  useEffect(() => {
    if (!auto) return;
    const timer = setInterval(() => setView((v) => ({ ...v, page: v.page + 1 })), turnMS);
    return () => clearInterval(timer);
  }, [auto]);
  return (
    <main className="wall-page">
      <header data-drill={drill}>
        {drill && <Tag color="purple">{t('common.kinds.drill')}</Tag>}
        <b>{title ?? t('hall.wall.title')}</b>
        <WallBar view={view} onChange={setView} />
        <span className="wall-auto">
          <Switch checked={auto} onChange={setAuto} aria-label={t('hall.wall.auto')} /> {t('hall.wall.auto')}
        </span>
        <span className="wall-gap" />
        <ConnectionBadge />
        <Clock />
        <Button onClick={() => void document.documentElement.requestFullscreen()}>
          {t('hall.wall.full')}
        </Button>
        <LangSwitch />
      </header>
      <VideoWall size={tilesOf(view, units)} page={view.page} />
    </main>
  );
}
