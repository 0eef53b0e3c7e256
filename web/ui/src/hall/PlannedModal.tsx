import { Modal, Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';

// Its table and calendar are loaded when somebody asks for them, not with the hall.
const PlannedExcuses = lazy(async () => ({
  default: (await import('../admin/PlannedExcuses')).PlannedExcuses,
}));

/** Who is excused from calls to come, for hosts: they have no administrator's pages. */
export function PlannedModal({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      title={t('admin.nav.planned')}
      width={1160}
      destroyOnHidden
      data-testid="planned-modal"
    >
      <Suspense fallback={<Skeleton active />}>
        <div className="planned-modal">
          <PlannedExcuses />
        </div>
      </Suspense>
    </Modal>
  );
}
