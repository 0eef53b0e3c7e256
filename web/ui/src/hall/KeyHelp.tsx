import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { keys } from './keys';

export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('hall.keys.title')} width={720}>
      <dl className="keys">
        {keys.map(([key, action]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`hall.keys.${action}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
