import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/Clock';
import { useMuster } from '../components/muster';
import { day, minuteTime } from '../components/time';
import type { Row } from './notReadyRows';

/** The list on paper, over as many sheets as it needs, in the place of the page: only printers see it. */
export function NotReadySheet({ rows }: { rows: Row[] }) {
  const { t } = useTranslation();
  const session = useMuster((s) => s.session);
  const now = useNow();
  const at = (time: string | number) => `${day(time)} ${minuteTime(time)}`;
  const heads = ['branch', 'unit', 'why', 'duty', 'signedIn'] as const;
  return createPortal(
    <div className="print-sheet">
      <h1>{t('hall.desk.notReadyTitle', { n: rows.length })}</h1>
      <p>
        {session && `${session.title} · ${t('hall.desk.plannedAt', { time: at(session.planned_at) })} · `}
        {t('hall.desk.printedAt', { time: at(now) })}
      </p>
      <table>
        <thead>
          <tr>
            <th />
            {heads.map((head) => (
              <th key={head}>{t(`hall.desk.${head}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r, i) => (
            <tr key={r.unit.code}>
              <td>{i + 1}</td>
              <td>{r.branch}</td>
              <td>{r.unit.name}</td>
              <td>{r.why}</td>
              <td>{r.duty.join('、')}</td>
              <td>{r.signedIn}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>,
    document.body,
  );
}
