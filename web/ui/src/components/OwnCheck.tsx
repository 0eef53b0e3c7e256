import { useTranslation } from 'react-i18next';
import { sentence } from '../i18n';
import type { Schema } from '../lib/api';
import { type CheckItem, found, sameFound, toneOf } from '../lib/check';
import { day, minuteTime } from './time';

/** Items in plain words, one a line. */
export function Findings({ items }: { items: CheckItem[] }) {
  return (
    <ul className="findings">
      {items.map((item) => (
        <li key={item.name} data-state={item.state}>
          {sentence(item)}
        </li>
      ))}
    </ul>
  );
}

interface OwnCheckProps {
  check: Pick<Schema['CheckBody'], 'last' | 'next_at'>;
  /** What is listed beside it already and need not be said twice. */
  said?: CheckItem[];
}

/** What the server found by itself before the last call, and when it looks next. */
export function OwnCheck({ check, said = [] }: OwnCheckProps) {
  const { t } = useTranslation();
  const { last, next_at: next } = check;
  if (!last) {
    return (
      <p className="own-check" data-testid="own-check" data-tone="none">
        {next ? t('common.selfcheck.next', { time: when(next) }) : t('common.selfcheck.none')}
      </p>
    );
  }
  const wrong = found(last.items);
  const again = wrong.length > 0 && sameFound(wrong, said);
  const call = `${last.call.title} ${minuteTime(last.call.planned_at)}`;
  return (
    <div className="own-check" data-testid="own-check" data-tone={toneOf(last.items)}>
      <p>
        <b>{t('common.selfcheck.own', { time: when(last.at), call })}</b>
        {wrong.length === 0 && t('common.selfcheck.fine')}
        {again && t('common.selfcheck.same')}
      </p>
      {!again && <Findings items={wrong} />}
      {next && <p>{t('common.selfcheck.next', { time: when(next) })}</p>}
    </div>
  );
}

/** 07:45 of today, 11-26 07:45 of another day. */
function when(at: string): string {
  const of = day(at);
  return of === day(Date.now()) ? minuteTime(at) : `${of.slice(5)} ${minuteTime(at)}`;
}
