import { Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { clockTime } from './time';

export const excuseReasons = ['dispatch', 'leave', 'line', 'other'] as const;

export type ExcuseReason = (typeof excuseReasons)[number];

interface Said {
  reason: string;
  incident?: string;
  note?: string;
  /** With `to` a span, else the whole call. */
  from?: string;
  to?: string;
}

/** One excuse in a line: why, for when, and what else is to be said or done about it. */
export function ExcuseLine({
  excuse: x,
  by,
  children,
}: {
  excuse: Said;
  by: string[];
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const reason = excuseReasons.find((r) => r === x.reason) ?? 'other';
  const words = [x.incident, x.note, x.from && `${clockTime(x.from)} – ${clockTime(x.to ?? x.from)}`, ...by];
  return (
    <p className="excuse-line" data-testid="excuse-line">
      <Tag color="blue">{t(`hall.excuse.reasons.${reason}`)}</Tag>
      <span>{words.filter(Boolean).join(' · ')}</span>
      {children}
    </p>
  );
}
