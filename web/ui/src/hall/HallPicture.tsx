import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Mirror, usePublishing } from '../components/devices';
import { LineVideo } from '../components/LineVideo';
import { useMuster } from '../components/muster';
import { useCommand } from '../components/useCommand';

/** What the units see of the hall, and whether this console is its camera. */
export function HallPicture() {
  const { t } = useTranslation();
  const hall = useMuster((s) => s.hall);
  const line = useMuster((s) => s.desk.line !== undefined && s.hall.live);
  const other = hall.owner ? t('hall.camera.taken', { name: hall.name ?? '' }) : t('hall.camera.none');
  const who = hall.you ? t('hall.camera.mine') : other;
  return (
    <div className="hall-picture" data-testid="hall-picture" data-you={hall.you} data-live={hall.live}>
      <div className="hall-video">{hall.you ? <Own /> : <LineVideo line="hall.video" />}</div>
      <div className="hall-words">
        <b>{who}</b>
        <span data-live={hall.live} data-private={line}>
          {t(line ? 'hall.camera.private' : hall.live ? 'hall.camera.live' : 'hall.camera.dark')}
        </span>
        <Claim />
      </div>
    </div>
  );
}

function Own() {
  usePublishing();
  return <Mirror />;
}

function Claim() {
  const { t } = useTranslation();
  const run = useCommand();
  const { modal } = App.useApp();
  const hall = useMuster((s) => s.hall);
  if (hall.you) {
    return (
      <Button onClick={() => void run('hall.yield')} data-testid="hall-yield">
        {t('hall.camera.yield')}
      </Button>
    );
  }
  const claim = () => {
    if (!hall.owner) return void run('hall.claim', { force: false });
    modal.confirm({
      title: t('hall.camera.takeAsk', { name: hall.name ?? '' }),
      content: t('hall.camera.takeHint'),
      okText: t('hall.camera.take'),
      onOk: () => run('hall.claim', { force: true }),
    });
  };
  return (
    <Button
      type={hall.owner ? 'default' : 'primary'}
      onClick={claim}
      title={t('hall.camera.hint')}
      data-testid="hall-claim"
    >
      {t('hall.camera.claim')}
    </Button>
  );
}
