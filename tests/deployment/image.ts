// Carries the Dockerfile's steps out in a folder, without Docker: each stage becomes a folder, the last one the image.
// It cannot change owners, and what runs is the Node of whoever calls it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { filesInContext, type IgnoreList, projectRoot, readIgnoreList } from './build-context.ts'
import type { Instruction, Stage } from './dockerfile.ts'

export interface Image {
  /** The folder that stands for `/`. */
  readonly root: string
  workdir: string
  env: Readonly<Record<string, string>>
  user: string
  volumes: readonly string[]
  ports: readonly string[]
  stopSignal: string
  healthCheck: readonly string[]
  command: readonly string[]
}

/** Runs an npm command in a folder; the words do not have `npm` itself. */
export type Npm = (
  words: readonly string[],
  place: { readonly folder: string; readonly env: Readonly<Record<string, string>> },
) => Promise<void>

interface Build {
  readonly isIgnored: IgnoreList
  readonly npm: Npm
  readonly stages: ReadonlyMap<string, Image>
}

/** @throws Error at the first step that fails */
export async function buildImage(stages: readonly Stage[], folder: string, npm: Npm): Promise<Image> {
  const finished = new Map<string, Image>()
  const build = { isIgnored: readIgnoreList(), npm, stages: finished }
  let image: Image | undefined
  for (const [index, stage] of stages.entries()) {
    image = await openStage(finished.get(stage.base), join(folder, stage.name ?? `stage-${index}`))
    for (const instruction of stage.instructions) await carryOut(instruction, image, build)
    if (stage.name !== null) finished.set(stage.name, image)
  }
  if (image === undefined) throw new Error('There is no stage')
  return image
}

/** Upon a copy of an earlier stage, or upon an empty folder in place of an image of a registry. */
async function openStage(base: Image | undefined, root: string): Promise<Image> {
  await mkdir(root, { recursive: true })
  if (base === undefined) {
    const nothing = { env: {}, volumes: [], ports: [], healthCheck: [], command: [] }
    return { root, workdir: '/', user: 'root', stopSignal: 'SIGTERM', ...nothing }
  }
  await cp(base.root, root, { recursive: true, verbatimSymlinks: true })
  return { ...base, root }
}

async function carryOut(instruction: Instruction, image: Image, build: Build): Promise<void> {
  switch (instruction.kind) {
    case 'WORKDIR':
      image.workdir = instruction.path
      await mkdir(join(image.root, instruction.path), { recursive: true })
      return
    case 'COPY':
      return copy(instruction, image, build)
    case 'RUN':
      return run(instruction.command, image, build.npm)
    case 'ENV':
      image.env = { ...image.env, ...instruction.values }
      return
    case 'USER':
      image.user = instruction.name
      return
    case 'VOLUME':
      image.volumes = instruction.paths
      return
    case 'EXPOSE':
      image.ports = [...image.ports, instruction.port]
      return
    case 'STOPSIGNAL':
      image.stopSignal = instruction.signal
      return
    case 'HEALTHCHECK':
      image.healthCheck = instruction.command
      return
    case 'CMD':
      image.command = instruction.command
  }
}

/** Where a path of an instruction lies. */
const placeOf = (path: string, image: Image): string =>
  path.startsWith('/') ? join(image.root, path) : join(image.root, image.workdir, path)

async function copy(step: Instruction & { kind: 'COPY' }, image: Image, build: Build): Promise<void> {
  const target = placeOf(step.target, image)
  if (step.from !== null) {
    const from = build.stages.get(step.from)
    if (from === undefined) throw new Error(`COPY from a stage that is not there: ${step.from}`)
    for (const source of step.sources) {
      await cp(join(from.root, source), target, { recursive: true, verbatimSymlinks: true })
    }
    return
  }
  for (const source of step.sources.map((path) => path.replace(/\/$/, ''))) {
    const files = filesInContext(source, build.isIgnored)
    if (files.length === 0) throw new Error(`COPY finds nothing: .dockerignore keeps ${source} back`)
    const isFolder = (await stat(join(projectRoot, source))).isDirectory()
    // A folder's content goes into the target; a file goes into a folder that the target names.
    const above = isFolder ? source : dirname(source)
    for (const file of files)
      await cp(join(projectRoot, file), join(target, file.slice(above === '.' ? 0 : above.length)))
  }
}

/** Plain commands, one after the other. An absolute path means one of the image. */
async function run(command: string, image: Image, npm: Npm): Promise<void> {
  const folder = join(image.root, image.workdir)
  for (const part of command.split('&&')) {
    const [program = '', ...words] = part.trim().split(/\s+/)
    if (/["'`$;|<>*?]/.test(part)) throw new Error(`Needs a shell: ${part}`)
    const args = words.map((word) => (word.startsWith('/') ? join(image.root, word) : word))
    if (program === 'npm') await npm(args, { folder, env: image.env })
    else if (program === 'chown') await stat(args.at(-1) ?? '')
    else await runProgram(program, args, folder)
  }
}

async function runProgram(program: string, args: readonly string[], folder: string): Promise<void> {
  const child = spawn(program, args, { cwd: folder, stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with code ${code}`)
}
