import { useTranslation } from 'react-i18next';
import { PlannedExcuses } from './PlannedExcuses';
import { Head } from './parts';

/** Who is excused from calls that have not opened yet. */
export function PlannedPage() {
  const { t } = useTranslation();
  return (
    <>
      <Head title={t('admin.nav.planned')} />
      <PlannedExcuses />
    </>
  );
}
