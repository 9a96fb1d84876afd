// Lets one process at a time do a piece of work in this checkout: two starts in a fresh folder install once.
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { root } from './project.mjs'

const askEvery = 100

/**
 * Waits for others that do work of that name, then does it. A holder that was killed does not block. The work must
 * look first whether it is still needed.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(name, work) {
  const folder = join(root, '.cache')
  await mkdir(folder, { recursive: true })
  const lock = join(folder, `${name}.lock`)
  let told = false
  while (!(await take(lock))) {
    if (!told) console.log(`Another process is busy with the same work (${name}); waiting for it`)
    told = true
    await delay(askEvery)
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

/** A link appears together with its content, so that nobody sees a lock without its holder. */
async function take(lock) {
  const own = `${lock}.${process.pid}`
  await writeFile(own, String(process.pid))
  try {
    await link(own, lock)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    await removeIfStale(lock)
    return false
  } finally {
    await rm(own, { force: true })
  }
}

async function removeIfStale(lock) {
  const holder = await holderOf(lock)
  if (holder === undefined || isAlive(holder.pid)) return
  // Whoever moves it away must have got the very lock it judged, not one that was taken since; else it goes back.
  const aside = `${lock}.stale-${process.pid}`
  try {
    await rename(lock, aside)
    if ((await stat(aside)).ino !== holder.ino) await link(aside, lock)
    await rm(aside, { force: true })
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error
  }
}

async function holderOf(lock) {
  try {
    const { ino } = await stat(lock)
    return { ino, pid: Number(await readFile(lock, 'utf8')) }
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}
