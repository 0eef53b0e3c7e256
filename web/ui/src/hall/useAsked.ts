import { useEffect, useState } from 'react';

export interface Asked<T> {
  /** Undefined while there was none. */
  answer: T | undefined;
  /** The last question got no answer. */
  failed: boolean;
}

/** What the API says, asked again now and then; an answer stays when a later question fails. */
export function useAsked<T>(ask: (() => Promise<T>) | null, everyMS: number): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ answer: undefined, failed: false });
  useEffect(() => {
    if (!ask) return;
    let current = true;
    const look = () =>
      ask().then(
        (answer) => current && setAsked({ answer, failed: false }),
        () => current && setAsked(({ answer }) => ({ answer, failed: true })),
      );
    void look();
    const timer = setInterval(() => void look(), everyMS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [ask, everyMS]);
  return asked;
}
