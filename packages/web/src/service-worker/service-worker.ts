// The app from the device: its page and its scripts are kept when the worker is installed, and served from there, whether or not there is a
// server. Whatever else a page asks for is not its matter. A new worker waits until somebody asks for the new version.
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  type PrecacheEntry,
  precacheAndRoute,
} from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { appPages, takeOver } from './contract.ts'

/** Every file of this build, and the address of the page; see vite.config.ts. */
declare const __APP_FILES__: PrecacheEntry[]
declare function skipWaiting(): Promise<void>

precacheAndRoute(__APP_FILES__)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/'), { allowlist: [...appPages] }))

addEventListener('message', ({ data }) => {
  if (data?.type === takeOver) void skipWaiting()
})
