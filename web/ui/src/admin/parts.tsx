import { Button, DatePicker, Space, Tag } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn'; // the calendar's words
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { clockTime } from '../components/time';
import type { Schema } from '../lib/api';
import { type Entry, is } from './entries';

/** A page's head: what it shows, and what can be done with all of it. */
export function Head({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="admin-head">
      <h1>{title}</h1>
      {children}
    </header>
  );
}

interface DateProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
  type?: 'date' | 'month';
}

/** A day or month. */
export function DateInput({ value, onChange, label, type = 'date' }: DateProps) {
  const format = type === 'month' ? 'YYYY-MM' : 'YYYY-MM-DD';
  return (
    <Space>
      <span className="admin-label">{label}</span>
      <DatePicker
        picker={type}
        format={format}
        allowClear={false}
        value={dayjs(value)}
        aria-label={label}
        style={{ width: 150 }}
        onChange={(at) => at && onChange(at.format(format))}
        data-testid={`pick-${type}`}
      />
    </Space>
  );
}

/** Downloads a table; the browser keeps the page. */
export function Download({ href }: { href: string }) {
  const { t } = useTranslation();
  return (
    <Button href={href} download data-testid="csv">
      {t('admin.csv')}
    </Button>
  );
}

const colour: Record<string, string> = {
  on_time: 'green',
  late: 'orange',
  absent: 'red',
  pending: 'default',
  left_early: 'gold',
  excused: 'blue',
  day_off: 'default',
};

const known = ['on_time', 'late', 'absent', 'pending', 'excused', 'day_off'] as const;

/** A unit's status in a session, with marks for an early leave and for what is excused or not judged yet. */
export function StatusTag({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const status = known.find((s) => s === entry.status) ?? 'pending';
  const mark = (s: (typeof known)[number] | 'left_early', counts: boolean) => (
    <Tag color={counts ? colour[s] : 'default'}>{t(`admin.status.${s}`)}</Tag>
  );
  return (
    <>
      {mark(status, is(entry, status))}
      {entry.left_early && mark('left_early', is(entry, 'left_early'))}
      {entry.excused && status !== 'excused' && mark('excused', true)}
      {entry.pending && status !== 'pending' && mark('pending', true)}
      <LackTag entry={entry} />
    </>
  );
}

/** The unit was there, but without a camera or microphone for a while. */
function LackTag({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const words = useLackWords();
  const lacks = entry.lacks ?? [];
  if (lacks.length === 0) return null;
  return (
    <Tag color="gold" title={lacks.map(words).join('\n')} data-testid="lacks">
      {t('admin.status.lacking')}
    </Tag>
  );
}

const cameras = ['none', 'denied', 'black', 'frozen'] as const;
const microphones = ['none', 'denied', 'silent'] as const;

/** Says what lacked, and from when to when. */
export function useLackWords() {
  const { t } = useTranslation();
  return ({ device, what, from, to }: Schema['Lack']) => {
    const camera = cameras.find((s) => device === 'camera' && s === what);
    const microphone = microphones.find((s) => device === 'microphone' && s === what);
    const name = camera ? t(`hall.unit.camera.${camera}`) : t(`hall.unit.microphone.${microphone ?? 'none'}`);
    return `${name} ${clockTime(from)} – ${to ? clockTime(to) : t('admin.entry.lasts')}`;
  };
}
