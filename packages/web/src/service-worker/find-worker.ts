// The service worker, where the browser, the address and this build have one.
import type { Workbox } from 'workbox-window'

/** Undefined by plain HTTP from another machine, in browsers that keep workers from the page, and in development. */
export async function findWorker(): Promise<Workbox | undefined> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return undefined
  const { Workbox } = await import('workbox-window')
  return new Workbox('/service-worker.js')
}
