import { useEffect, useRef } from 'react';
import { useClient, useMuster } from '../components/muster';
import { tenBefore } from './tenBefore';

const remembered = 'muster.tenBefore';

/**
 * Ten minutes before the call somebody has to ring up who is not ready: once for each call, on the console that is the hall, also
 * when it has become the hall, or was loaded, after that.
 */
export function useTenBefore(show: () => void) {
  const client = useClient();
  const mine = useMuster((s) => s.hall.you);
  const planned = useMuster((s) => (s.session?.state === 'waiting' ? s.session.planned_at : undefined));
  const act = useRef(show);
  act.current = show;
  useEffect(() => {
    if (!planned || !mine) return;
    const due = tenBefore(planned, client.now(), sessionStorage.getItem(remembered));
    if (due === null) return;
    const timer = setTimeout(() => {
      sessionStorage.setItem(remembered, planned);
      act.current();
    }, due);
    return () => clearTimeout(timer);
  }, [client, planned, mine]);
}
