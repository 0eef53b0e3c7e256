import { useEffect, useRef, useState } from 'react';

/** Below this a table scrolls with the page. */
const least = 300;
/** Its head, in two lines, and its border. */
const head = 52;

/** How high the body of a table may be that fills what its box got of the page. */
export function useRest<T extends HTMLElement>() {
  const box = useRef<T>(null);
  const [height, setHeight] = useState(least);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setHeight(Math.max(least, Math.floor(entry.contentRect.height) - head));
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return { box, height };
}
