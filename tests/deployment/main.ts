// `node scripts/image.mjs`: the whole image without Docker, with the real npm; then the server in it, on a PostgreSQL beside it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startEmbeddedPostgres } from '../../packages/server/src/embedded/postgres.ts'
import { projectRoot } from './build-context.ts'
import { type Container, startContainer } from './container.ts'
import { parseDockerfile } from './dockerfile.ts'
import { buildImage, type Image, type Npm } from './image.ts'

const [kept] = process.argv.slice(2)
const folder = kept === undefined ? await mkdtemp(join(tmpdir(), 'parley-image-')) : resolve(kept)
try {
  if (kept !== undefined && existsSync(folder)) throw new Error(`${folder} exists already`)
  await mkdir(folder, { recursive: true })
  const stages = parseDockerfile(readFileSync(join(projectRoot, 'Dockerfile'), 'utf8'))
  const image = await buildImage(stages, join(folder, 'stages'), realNpm)
  console.log(
    `The image would add ${Math.round((await sizeOf(image.root)) / 1e6)} MB to ${stages.at(-1)?.base}`,
  )
  await tryImage(image)
} finally {
  if (kept === undefined) await rm(folder, { recursive: true })
}

/** With the environment of this process, less what would change which packages npm installs. */
async function realNpm(...[words, place]: Parameters<Npm>): Promise<void> {
  console.log(`npm ${words.join(' ')}`)
  const { NODE_ENV: _, ...inherited } = process.env
  const child = spawn('npm', words, {
    cwd: place.folder,
    env: { ...inherited, ...place.env },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`npm ended with code ${code}`)
}

async function tryImage(image: Image): Promise<void> {
  const dataDir = join(folder, 'postgres')
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: (level, message) => {
      if (level !== 'info') console.error(`PostgreSQL: ${message}`)
    },
  })
  try {
    const { host, port, user, password, database } = postgres.connection
    const address = `postgresql:///${database}?host=${encodeURIComponent(host)}&port=${port}`
    const environment = { DATABASE_URL: address, PGUSER: user, PGPASSWORD: password }
    const container = await startContainer(image, environment)
    try {
      await container.healthy()
      await visit(container)
      console.log((await container.exec([...image.command.slice(0, -1), 'demo'])).trim())
    } catch (error) {
      console.error(container.output())
      throw error
    } finally {
      const { code } = await container.stop()
      console.log(`After ${image.stopSignal} the server ended with code ${code}`)
      if (code !== 0) process.exitCode = 1
    }
  } finally {
    await postgres.stop()
  }
}

/** The pages that come from packages and from the build, with what they load. */
async function visit({ url }: Container): Promise<void> {
  for (const page of ['/', '/docs', '/redoc', '/openapi.json', '/asyncapi.json']) {
    const text = await read(new URL(page, url))
    const parts = [...text.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="([^"#]+)"/g)].map(
      ([, part = '']) => part,
    )
    for (const part of page.includes('.') ? [] : parts) await read(new URL(part, new URL(page, url)))
    console.log(`${page} is there, with ${parts.length} files`)
  }
}

async function read(url: URL): Promise<string> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url.pathname} answers ${answer.status}`)
  return answer.text()
}

async function sizeOf(path: string): Promise<number> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
