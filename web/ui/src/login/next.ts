/** Where a login leads: to the page that asked for it if that is one of ours, else to the role's own. */
export function afterLogin(next: string | null, role: string): string {
  const homes: Record<string, string> = { admin: '/admin', observer: '/observe' };
  const home = homes[role] ?? '/hall';
  // "//host" and "/\host" are other hosts to a browser.
  if (role === 'observer') return home; // the others are not for them
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : home;
}
