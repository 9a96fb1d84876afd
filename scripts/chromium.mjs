// Finds the browser that the end-to-end tests drive, and installs it where that is the machine's own way.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runForeground, Stop } from './project.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const fixedPlaces = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/**
 * The path of a Chromium that runs. CHROMIUM_PATH goes before everything else. The browser itself is left to the
 * tests that need it.
 *
 * @returns {Promise<string>}
 */
export async function ensureChromium() {
  const chosen = process.env.CHROMIUM_PATH
  if (chosen) {
    if (runs(chosen)) return chosen
    throw new Stop(`CHROMIUM_PATH says ${chosen}, which cannot be run`)
  }
  const found = findChromium()
  if (found !== undefined) return found
  if (canUseApt()) {
    console.log('Installing Chromium for the browser tests')
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await runForeground('apt-get', ['update', '-q'], { env })
    await runForeground('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], { env })
    const installed = findChromium()
    if (installed !== undefined) return installed
  }
  throw new Stop(
    'The browser tests need Chromium or Google Chrome, and there is none on the PATH. Install it (Debian: apt-get install ' +
      'chromium; macOS: brew install --cask chromium), or say where it is with CHROMIUM_PATH.',
  )
}

function findChromium() {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((name) => join(folder, name)))
  return [...onPath, ...fixedPlaces].find((path) => isExecutable(path) && runs(path))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** On Ubuntu the command may exist only to say that it must be installed. */
const runs = (path) => spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0

const canUseApt = () =>
  process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')
