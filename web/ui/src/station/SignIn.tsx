import { Button, Input, Modal, Select } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient, useMuster } from '../components/muster';
import { minuteTime } from '../components/time';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';
import { isBusy, mustAnswer, ownSeat } from './turn';

const nobody: wire.Officer[] = [];

function useOfficers(): wire.Officer[] {
  return useMuster(ownSeat)?.officers ?? nobody;
}

/** Who is signed in at this seat, in one line; opens the list. Not there while no call is open. */
export function OfficerButton() {
  const { t } = useTranslation();
  const officers = useOfficers();
  const open = useMuster((s) => s.session !== null && s.session.state !== 'closed');
  const here = useMuster((s) => ownSeat(s)?.presence === 'here');
  const busy = useMuster(isBusy);
  const answers = useMuster(mustAnswer);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (busy || answers) setShown(false);
  }, [busy, answers]);
  if (!open || !here) return null;
  const names = officers.map((o) => o.name).join('、');
  return (
    <>
      <Button
        type={officers.length === 0 ? 'primary' : 'default'}
        className="officer-button"
        title={names}
        onClick={() => setShown(true)}
        data-testid="officers"
        data-count={officers.length}
      >
        {officers.length === 0 ? t('station.officers.none') : t('station.officers.here', { names })}
      </Button>
      {shown && !answers && (
        <Modal
          open
          onCancel={() => setShown(false)}
          footer={null}
          width={560}
          title={t('station.officers.title')}
        >
          <Here officers={officers} />
          <SignIn officers={officers} />
        </Modal>
      )}
    </>
  );
}

/** In the waiting room, where there is room for it: sign in with one press. */
export function SignInCard() {
  const { t } = useTranslation();
  const officers = useOfficers();
  const open = useMuster((s) => s.session?.state === 'waiting');
  const here = useMuster((s) => ownSeat(s)?.presence === 'here');
  if (!open || !here || officers.length > 0) return null;
  return (
    <section className="sign-in-card" data-testid="sign-in-card">
      <h2>{t('station.officers.ask')}</h2>
      <SignIn officers={officers} />
    </section>
  );
}

/** Who sits here now, and since when. */
function Here({ officers }: { officers: wire.Officer[] }) {
  const { t } = useTranslation();
  const run = useCommand();
  if (officers.length === 0) return <p className="officer-hint">{t('station.officers.nobody')}</p>;
  return (
    <ul className="officer-list">
      {officers.map((o) => (
        <li key={o.number} data-testid={`officer-${o.number}`}>
          <b>{o.name}</b>
          <span>
            {[o.number, o.role, o.listed ? '' : t('station.officers.unlisted')].filter(Boolean).join(' · ')}
          </span>
          <time>{t('station.officers.since', { time: minuteTime(o.from) })}</time>
          <Button size="small" onClick={() => void run('officer.out', { number: o.number })}>
            {t('station.officers.out')}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** The unit's duty roster; undefined while it is asked for, null when it can't be had. */
function useDuty(): wire.DutyOfficer[] | null | undefined {
  const client = useClient();
  const [duty, setDuty] = useState<wire.DutyOfficer[] | null>();
  useEffect(() => {
    let current = true;
    client.command('officer.list').then(
      (list) => current && setDuty(list.officers),
      () => current && setDuty(null),
    );
    return () => {
      current = false;
    };
  }, [client]);
  return duty;
}

/** One press for who is on the roster, two words for who is not; with somebody there, also in whose place. */
function SignIn({ officers }: { officers: wire.Officer[] }) {
  const { t } = useTranslation();
  const run = useCommand();
  const duty = useDuty();
  const [relieves, setRelieves] = useState('');
  const there = officers.some((o) => o.number === relieves) ? relieves : '';
  const enter = useCallback(
    async (who: { number: string; name: string }) => {
      const done = await run('officer.in', { ...who, ...(there && { relieves: there }) });
      if (done) setRelieves('');
      return done !== null;
    },
    [run, there],
  );
  const free = (duty ?? []).filter((o) => !officers.some((h) => h.number === o.number));
  return (
    <div className="sign-in">
      {officers.length > 0 && (
        <Select
          value={there}
          onChange={setRelieves}
          data-testid="relieves"
          options={[
            { value: '', label: t('station.officers.join') },
            ...officers.map((o) => ({
              value: o.number,
              label: t('station.officers.relieve', { name: o.name }),
            })),
          ]}
        />
      )}
      <p className="officer-hint">{t(`station.officers.${hintOf(duty, free)}`)}</p>
      <div className="officer-choices">
        {free.map((o) => (
          <Button
            key={o.number}
            size="large"
            onClick={() => void enter(o)}
            data-testid={`sign-in-${o.number}`}
          >
            <b>{o.name}</b> {[o.number, o.role].filter(Boolean).join(' · ')}
          </Button>
        ))}
      </div>
      <Unlisted onEnter={enter} />
    </div>
  );
}

function hintOf(duty: wire.DutyOfficer[] | null | undefined, free: wire.DutyOfficer[]) {
  if (duty === undefined) return 'asking';
  if (duty === null) return 'away';
  if (duty.length === 0) return 'empty';
  return free.length === 0 ? 'allHere' : 'choose';
}

function Unlisted({ onEnter }: { onEnter: (who: { number: string; name: string }) => Promise<boolean> }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [number, setNumber] = useState('');
  const ready = name.trim() !== '' && number.trim() !== '';
  const enter = async () => {
    if (!ready || !(await onEnter({ name: name.trim(), number: number.trim() }))) return;
    setName('');
    setNumber('');
  };
  return (
    <form
      className="officer-unlisted"
      onSubmit={(e) => {
        e.preventDefault();
        void enter();
      }}
    >
      <span>{t('station.officers.other')}</span>
      <Input
        value={name}
        maxLength={32}
        placeholder={t('station.officers.name')}
        onChange={(e) => setName(e.target.value)}
        data-testid="officer-name"
      />
      <Input
        value={number}
        maxLength={16}
        placeholder={t('station.officers.number')}
        onChange={(e) => setNumber(e.target.value)}
        data-testid="officer-number"
      />
      <Button htmlType="submit" disabled={!ready} data-testid="officer-enter">
        {t('station.officers.in')}
      </Button>
    </form>
  );
}
