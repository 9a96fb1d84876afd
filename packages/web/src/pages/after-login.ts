// Where a person goes after logging in: back to the page of the messenger that asked for it.

/** The address of the login page that leads back to `path`. */
export function loginPath(path: string): string {
  return path === '/messenger' ? '/login' : `/login?next=${encodeURIComponent(path)}`
}

/** `next` from the address bar is anybody's input: only pages of the messenger are taken. */
export function pathAfterLogin(search: string): string {
  const next = new URLSearchParams(search).get('next')
  return next !== null && /^\/messenger(\/[\w-]+)*$/.test(next) ? next : '/messenger'
}
