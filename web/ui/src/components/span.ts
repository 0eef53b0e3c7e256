import { day, momentOf } from './time';

export interface Span {
  from: string;
  to: string;
}

/** A span of the bureau's clock on the day of a call, as HH:mm, in the protocol's times; without both ends there is none. */
export function spanOn(call: string, from: string | undefined, to: string | undefined): Span | undefined {
  if (!from || !to) return undefined;
  const at = (time: string) => momentOf(`${day(call)}T${time}`);
  return { from: at(from), to: at(to) };
}
