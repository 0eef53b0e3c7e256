import { Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import type * as wire from '../lib/wire.gen';
import { buildIndex, type Entry, search } from './search';
import { useLook } from './useSeat';

/** Finds units by name, pinyin or code. Arrow keys choose, Enter takes. */
export function Search({ onPick }: { onPick: (unit: string) => void }) {
  const { t } = useTranslation();
  const units = useMuster((s) => s.roster);
  const [wanted, setWanted] = useState(false);
  const [index, setIndex] = useState<Entry[]>([]);
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<InputRef>(null);
  useEffect(() => {
    if (!wanted || units.length === 0) return;
    let current = true;
    void buildIndex(units).then((built) => current && setIndex(built));
    return () => {
      current = false;
    };
  }, [wanted, units]);
  const hits = search(index, words);
  const take = (unit: wire.Unit | undefined) => {
    if (!unit) return;
    onPick(unit.code);
    setWords('');
    setAt(0);
    // The keys of the console act outside of the field: Enter calls the unit that was found.
    input.current?.blur();
  };
  const key = (e: React.KeyboardEvent) => {
    const moves: Record<string, () => void> = {
      ArrowDown: () => setAt((i) => Math.min(i + 1, hits.length - 1)),
      ArrowUp: () => setAt((i) => Math.max(i - 1, 0)),
      Enter: () => take(hits[at]),
      Escape: () => (words ? setWords('') : input.current?.blur()),
    };
    const move = moves[e.key];
    if (!move || e.nativeEvent.isComposing) return;
    e.preventDefault();
    e.stopPropagation();
    move();
  };
  return (
    <div className="search">
      <Input
        ref={input}
        size="large"
        role="searchbox"
        placeholder={t('hall.search.placeholder')}
        value={words}
        onFocus={() => setWanted(true)}
        onChange={(e) => {
          setWords(e.target.value);
          setAt(0);
        }}
        onKeyDown={key}
        data-testid="search-input"
      />
      {words.trim() && (
        <ul className="search-hits">
          {hits.length === 0 && <li className="search-none">{t('hall.search.nobody')}</li>}
          {hits.map((unit, i) => (
            <Hit key={unit.code} unit={unit} active={i === at} onTake={() => take(unit)} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Hit({ unit, active, onTake }: { unit: wire.Unit; active: boolean; onTake: () => void }) {
  const look = useLook(unit.code);
  return (
    <li>
      <button type="button" data-active={active} data-testid={`search-hit-${unit.code}`} onClick={onTake}>
        <i className="seat" data-state={look} />
        <b>{unit.short}</b>
        <span>{unit.name}</span>
      </button>
    </li>
  );
}
