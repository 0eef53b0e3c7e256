import { describe, expect, it } from 'vitest';
import { Refused } from './api';
import { type Request, upload } from './upload';

/** A request that answers when it is told to. */
function fake() {
  const heard: string[] = [];
  const request = {
    status: 0,
    responseText: '',
    upload: {},
    open: (method: string, path: string) => heard.push(`${method} ${path}`),
    setRequestHeader: (name: string, value: string) => heard.push(`${name}: ${value}`),
    send: () => heard.push('sent'),
  } as unknown as Request;
  const answer = (status: number, text: string) => {
    Object.assign(request, { status, responseText: text });
    request.onload?.call(request as XMLHttpRequest, {} as ProgressEvent);
  };
  return { request, heard, answer };
}

const parts: number[] = [];
const what = {
  method: 'POST',
  path: '/api/duty',
  file: new Blob(['x']),
  type: 'text/csv',
  onPart: (part: number) => parts.push(part),
} as const;

describe('an upload', () => {
  it('sends the file, says how far it is, and gives the answer', async () => {
    const { request, heard, answer } = fake();
    const done = upload<{ rows: number }>(what, request);
    expect(heard).toEqual(['POST /api/duty', 'Content-Type: text/csv', 'sent']);
    request.upload.onprogress?.call(request as XMLHttpRequest, { loaded: 1, total: 4 } as ProgressEvent);
    expect(parts).toEqual([0.25]);
    answer(200, '{"rows":3}');
    expect(await done).toEqual({ rows: 3 });
  });

  it('is refused with the sentence of the server', async () => {
    const { request, answer } = fake();
    const done = upload(what, request);
    answer(422, '{"code":"no_columns","message":"表头","message_en":"header"}');
    await expect(done).rejects.toMatchObject({ code: 'no_columns', zh: '表头', en: 'header' });
  });

  it('fails when nobody answers, or a proxy does', async () => {
    for (const end of ['error', 'page', 'empty']) {
      const { request, answer } = fake();
      const done = upload(what, request);
      if (end === 'error') request.onerror?.call(request as XMLHttpRequest, {} as ProgressEvent);
      else answer(end === 'page' ? 502 : 200, end === 'page' ? '<html>' : '');
      const refused = await done.catch((e: unknown) => e);
      expect(refused).toBeInstanceOf(Refused);
      expect(refused).toMatchObject({ code: 'network' });
    }
  });
});
