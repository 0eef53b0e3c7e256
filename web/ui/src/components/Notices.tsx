import { Alert } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { sentence } from '../i18n';
import type { NoticeItem } from '../lib/types';
import { useClient, useMuster } from './muster';

const showMS = { info: 6_000, warning: 10_000, error: 15_000 };

/** The server's notices as toasts, and one that stays: that there are no pictures. */
export function Notices() {
  const { t } = useTranslation();
  const notices = useMuster((s) => s.notices);
  const soundOnly = useMuster((s) => s.media.soundOnly);
  return (
    <div className="notices" aria-live="polite">
      {soundOnly && <Alert showIcon type="warning" title={t('common.soundOnly')} data-testid="sound-only" />}
      {notices.map((n) => (
        <Toast key={n.id} notice={n} />
      ))}
    </div>
  );
}

function Toast({ notice }: { notice: NoticeItem }) {
  const client = useClient();
  const level = notice.level === 'error' || notice.level === 'warning' ? notice.level : 'info';
  useEffect(() => {
    const timer = setTimeout(() => client.dropNotice(notice.id), showMS[level]);
    return () => clearTimeout(timer);
  }, [client, notice.id, level]);
  return (
    <Alert
      showIcon
      type={level}
      title={sentence(notice)}
      closable={{ onClose: () => client.dropNotice(notice.id) }}
    />
  );
}
