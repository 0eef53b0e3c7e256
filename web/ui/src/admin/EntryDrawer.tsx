import { Descriptions, Drawer, Empty, Tag, Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import { DossierView } from '../components/Dossier';
import { clockTime } from '../components/time';
import { api, ask, type Schema } from '../lib/api';
import type * as wire from '../lib/wire.gen';
import { Excuses } from './Excuses';
import { type Entry, type Interval, presence, span } from './entries';
import { StatusTag, useLackWords } from './parts';
import { Loaded, useLoad } from './useLoad';

interface Props {
  session: Schema['Session'];
  entry: Entry | null;
  /** Of units, by code. */
  names: ReadonlyMap<string, string>;
  onClose: () => void;
  /** The entry was changed by an excuse: it has to be read anew. */
  onSaved: () => void;
}

/** One unit's session in full: when it was there, and how its calls went. */
export function EntryDrawer({ session, entry, names, onClose, onSaved }: Props) {
  return (
    <Drawer open={entry !== null} onClose={onClose} size={720} title={entry?.unit.name} destroyOnHidden>
      {entry && <Details session={session} entry={entry} names={names} onSaved={onSaved} />}
    </Drawer>
  );
}

function Details({ session, entry: e, names, onSaved }: Omit<Props, 'entry' | 'onClose'> & { entry: Entry }) {
  const { t } = useTranslation();
  return (
    <>
      <Descriptions
        column={2}
        size="small"
        items={[
          { label: t('admin.table.code'), children: <code>{e.unit.code}</code> },
          {
            label: t('admin.table.status'),
            children: <StatusTag entry={e} />,
          },
          { label: t('admin.table.arrived'), children: e.first_at ? clockTime(e.first_at) : '—' },
          { label: t('admin.table.left'), children: e.left_at ? clockTime(e.left_at) : '—' },
          { label: t('admin.table.present'), children: span(e.present_seconds) },
          { label: t('admin.entry.rolls'), children: `${e.rolls_answered}/${e.rolls}` },
          {
            label: t('admin.entry.dismissed'),
            children: e.dismissed_at ? clockTime(e.dismissed_at) : '—',
          },
        ]}
      />
      <Excuses session={session} entry={e} onSaved={onSaved} />
      <h3 className="admin-part">{t('admin.entry.officers')}</h3>
      <Officers entry={e} names={names} />
      <h3 className="admin-part">{t('admin.entry.presence')}</h3>
      <Presence entry={e} />
      <LackLines entry={e} />
      <h3 className="admin-part">{t('admin.entry.turns')}</h3>
      <FullTurns session={session} unit={e.unit.code} />
    </>
  );
}

/** Who sat at the seat, and from when to when. */
function Officers({ entry, names }: Pick<Props, 'names'> & { entry: Entry }) {
  const { t } = useTranslation();
  const list = entry.officers ?? [];
  if (list.length === 0) return <p className="admin-zero">{t('admin.entry.nobody')}</p>;
  return list.map((o) => (
    <p key={`${o.number} ${o.from}`} data-testid="entry-officer">
      <b>{o.name}</b> {[o.number, o.role, !o.listed && t('admin.entry.unlisted')].filter(Boolean).join(' · ')}{' '}
      {clockTime(o.from)} – {o.to ? clockTime(o.to) : ''}{' '}
      {o.elsewhere && (
        <Tag color="orange">
          {t('admin.entry.elsewhere', { unit: names.get(o.elsewhere) ?? o.elsewhere })}
        </Tag>
      )}
    </p>
  ));
}

function Presence({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const here = presence(entry);
  if (here.length === 0) return <p className="admin-zero">{t('admin.entry.never')}</p>;
  const words = ({ from, to }: Interval) =>
    to
      ? `${clockTime(from)} – ${clockTime(to)} · ${span((Date.parse(to) - Date.parse(from)) / 1000)}`
      : `${clockTime(from)} – ${t('admin.entry.still')}`;
  return <Timeline items={here.map((i) => ({ key: i.from, content: words(i) }))} />;
}

/** What the unit was there without; it counts as present all the same. */
function LackLines({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const words = useLackWords();
  const lacks = entry.lacks ?? [];
  if (lacks.length === 0) return null;
  return (
    <>
      <h3 className="admin-part">{t('admin.entry.lacks')}</h3>
      {lacks.map((lack) => (
        <p key={`${lack.device} ${lack.from}`} data-testid="entry-lack">
          {words(lack)}
        </p>
      ))}
    </>
  );
}

/** Turns with the dossiers that were on the screen. */
function FullTurns({ session, unit }: { session: Schema['Session']; unit: string }) {
  const load = useLoad(`turns ${session.id} ${session.seq}`, () =>
    ask(api.GET('/api/sessions/{id}/turns', { params: { path: { id: session.id } } })),
  );
  return (
    <Loaded load={load}>
      {({ turns }) => <Turns turns={(turns ?? []).filter((x) => x.unit === unit)} />}
    </Loaded>
  );
}

function Turns({ turns }: { turns: Schema['TurnItem'][] }) {
  const { t } = useTranslation();
  if (turns.length === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('admin.entry.noTurn')} />;
  return turns.map((turn) => <Turn key={turn.id} turn={turn} />);
}

const states = ['called', 'answered', 'missed', 'withdrawn', 'released'] as const;

function Turn({ turn }: { turn: Schema['TurnItem'] }) {
  const { t } = useTranslation();
  const state = states.find((s) => s === turn.state) ?? 'called';
  const times = [
    turn.answered_at &&
      t('admin.entry.answered', { time: clockTime(turn.answered_at), by: turn.answered_by ?? '' }),
    turn.ended_at && t('admin.entry.ended', { time: clockTime(turn.ended_at) }),
    turn.rating ? t('admin.entry.rating', { n: turn.rating }) : '',
    turn.note,
  ];
  return (
    <section className="admin-turn">
      <p>
        <b>{t('admin.entry.called', { time: clockTime(turn.called_at), by: turn.called_by ?? '' })}</b>{' '}
        <Tag>{t(`admin.turn.${state}`)}</Tag>
      </p>
      <p>{times.filter(Boolean).join(' · ')}</p>
      {turn.dossier ? (
        <details>
          <summary>
            {t('admin.entry.dossier', { time: clockTime(turn.dossier_at ?? turn.called_at) })}
          </summary>
          <DossierView dossier={frozen(turn)} />
          <p className="admin-zero">SHA-256 {turn.dossier_hash}</p>
        </details>
      ) : (
        turn.no_dossier && <p className="admin-zero">{t('admin.entry.noDossier')}</p>
      )}
    </section>
  );
}

/** The API hands the frozen dossier out in the shape of the protocol's. */
function frozen(turn: Schema['TurnItem']): wire.Dossier {
  return { turn: turn.id, unit: turn.unit ?? '', state: 'ready', body: turn.dossier as wire.DossierBody };
}
