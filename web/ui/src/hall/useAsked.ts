import { useEffect, useState } from 'react';

/** What the API says, asked again now and then; undefined while it has not answered. The page works without it. */
export function useAsked<T>(ask: (() => Promise<T>) | null, everyMS: number): T | undefined {
  const [answer, setAnswer] = useState<T>();
  useEffect(() => {
    if (!ask) return;
    let current = true;
    const look = () =>
      ask().then(
        (said) => current && setAnswer(said),
        () => undefined,
      );
    void look();
    const timer = setInterval(() => void look(), everyMS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [ask, everyMS]);
  return answer;
}
