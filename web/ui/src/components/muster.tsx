import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { AppState, MusterClient } from '../lib/types';

const Context = createContext<MusterClient | null>(null);

/** Gives the page's client to everything below; the page itself starts and stops it. */
export function MusterProvider({ client, children }: { client: MusterClient; children: ReactNode }) {
  return <Context value={client}>{children}</Context>;
}

export function useClient(): MusterClient {
  const client = useContext(Context);
  if (!client) throw new Error('useClient needs a MusterProvider above it');
  return client;
}

/** A part of the state; the component renders again when that part changes. The selector must return a part, not build one. */
export function useMuster<T>(selector: (state: AppState) => T): T {
  const client = useClient();
  return useSyncExternalStore(client.subscribe, () => selector(client.state()));
}
