import { expect, test } from 'vitest';
import { afterLogin } from './next';

test.each([
  [null, 'host', '/hall'],
  [null, 'admin', '/admin'],
  ['/wall', 'host', '/wall'],
  ['/admin/users?x=1', 'admin', '/admin/users?x=1'],
  ['https://elsewhere.example/', 'host', '/hall'],
  ['//elsewhere.example/', 'host', '/hall'],
  ['/\\elsewhere.example/', 'host', '/hall'],
  ['/login?next=/login', 'host', '/hall'],
  ['', 'host', '/hall'],
])('%s as %s leads to %s', (next, role, want) => {
  expect(afterLogin(next, role)).toBe(want);
});
