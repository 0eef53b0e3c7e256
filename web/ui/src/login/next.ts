/** Where a login leads: to the page that asked for it if that is one of ours, else to the role's own. */
export function afterLogin(next: string | null, role: string): string {
  const home = role === 'admin' ? '/admin' : '/hall';
  // "//host" and "/\host" are other hosts to a browser.
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : home;
}
