import { Button, Input, Rate } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';

interface Props {
  turn: wire.Turn;
  /** Notes that are not saved yet, by turn. */
  drafts: Record<string, string>;
}

/** The host's rating and note of a turn; a rating is kept at once, a note when it is saved. */
export function TurnNote({ turn, drafts }: Props) {
  const { t } = useTranslation();
  const run = useCommand();
  const [note, setNote] = useState(drafts[turn.id] ?? turn.note ?? '');
  const save = (rating: number) => void run('turn.note', { turn: turn.id, rating, note });
  const changed = note !== (turn.note ?? '');
  return (
    <form
      className="turn-note"
      onSubmit={(e) => {
        e.preventDefault();
        save(turn.rating ?? 0);
      }}
    >
      <Rate value={turn.rating ?? 0} onChange={save} aria-label={t('hall.turn.rating')} />
      <Input
        value={note}
        maxLength={500}
        placeholder={t('hall.turn.note')}
        onChange={(e) => {
          setNote(e.target.value);
          drafts[turn.id] = e.target.value;
        }}
        data-testid="note-input"
      />
      <Button htmlType="submit" disabled={!changed}>
        {t(note && !changed ? 'hall.turn.noteSaved' : 'hall.turn.save')}
      </Button>
    </form>
  );
}
