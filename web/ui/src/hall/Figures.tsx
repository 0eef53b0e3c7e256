import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { api, ask } from '../lib/api';
import type { Asked } from './useAsked';

/** What the desk asks the API for; the calendar's warnings are the same whatever year is asked for. */
const questions = {
  check: () => ask(api.GET('/api/check')),
  overdue: () => ask(api.GET('/api/overdue')),
  calendar: () =>
    ask(api.GET('/api/calendar/{year}', { params: { path: { year: new Date().getFullYear() } } })),
};

type Questions = typeof questions;
type Name = keyof Questions;
type Figures = { [N in Name]: Asked<Awaited<ReturnType<Questions[N]>>> };

const unasked: Asked<never> = { answer: undefined, failed: false };
const none: Figures = { check: unasked, overdue: unasked, calendar: unasked };
const Context = createContext<Figures>(none);

const lookMS = 60_000;

/** Asks for all of it by one timer; an answer stays when a later question fails. */
export function FiguresProvider({ children }: { children: ReactNode }) {
  const [figures, setFigures] = useState(none);
  useEffect(() => {
    let current = true;
    const look = (name: Name) =>
      questions[name]().then(
        (answer) => current && setFigures((f) => ({ ...f, [name]: { answer, failed: false } })),
        () => current && setFigures((f) => ({ ...f, [name]: { ...f[name], failed: true } })),
      );
    const lookAtAll = () => (Object.keys(questions) as Name[]).forEach((name) => void look(name));
    lookAtAll();
    const timer = setInterval(lookAtAll, lookMS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, []);
  return <Context value={figures}>{children}</Context>;
}

export function useFigures(): Figures {
  return useContext(Context);
}
