/** An id of this press: pressed twice it counts once. */
export function commandId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join('');
}
