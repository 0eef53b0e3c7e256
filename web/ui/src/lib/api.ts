import createClient from 'openapi-fetch';
import type { components, paths } from './api.gen';

/** The shapes of the HTTP API's bodies. */
export type Schema = components['schemas'];

/** The HTTP API, typed from the server's own description of it. */
export const api = createClient<paths>({ baseUrl: '/' });

/** An answer of the API that is no success: a code for programs, a sentence in both languages for people. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly zh: string,
    readonly en: string,
  ) {
    super(en);
  }
}

/** The server gave no answer at all. */
export const unreachable = new Refused(
  'network',
  '连不上服务器，请检查网络。',
  'The server cannot be reached. Check the network.',
);

interface Answer<T> {
  data?: T;
  error?: unknown;
}

/** Unwraps an answer; what is no success is thrown as Refused. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call.catch(() => {
    throw unreachable;
  });
  if (answer.error !== undefined) throw refusedBy(answer.error);
  return answer.data as T;
}

/** What a body that is no success says. */
export function refusedBy(error: unknown): Refused {
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
    const { code, message } = error;
    const english = 'message_en' in error ? error.message_en : message;
    return new Refused(String(code), String(message), String(english));
  }
  // A proxy's error page is none of the API's.
  return unreachable;
}
