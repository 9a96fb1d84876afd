// An empty project that gets the SDK as others do: packed by npm, installed from the tarballs, outside of the workspace.
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../architecture/sources.ts'
import { run } from './run.ts'

/** What packing needs of the workspace. */
const packed = ['package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE', 'scripts']
const packages = ['protocol', 'client'] as const
/** Types that an application brings along; they are those of the workspace, to spare the registry. */
const borrowed = ['react', '@types/react', '@types/node', 'csstype', 'undici-types']

export class FreshProject {
  readonly folder: string
  readonly #base: string

  private constructor(base: string) {
    this.#base = base
    this.folder = join(base, 'project')
  }

  /** Packs both packages and installs them. What they depend on comes from npm's cache, or else from the registry. */
  static async make(): Promise<FreshProject> {
    const project = new FreshProject(await mkdtemp(join(tmpdir(), 'parley-sdk-')))
    const tarballs = await project.#pack()
    await mkdir(project.folder)
    await project.write('package.json', JSON.stringify({ name: 'fresh', private: true, type: 'module' }))
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs], project.folder)
    for (const name of borrowed) {
      const place = join(project.folder, 'node_modules', name)
      await mkdir(join(place, '..'), { recursive: true })
      await symlink(join(root, 'node_modules', name), place)
    }
    return project
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, name), text)
  }

  /** Compiles some of its files strictly. Rejects with what the compiler finds. */
  async compile(name: string, options: object, files: readonly string[]): Promise<void> {
    const config = `tsconfig.${name}.json`
    const compilerOptions = { target: 'es2022', strict: true, types: [], ...options }
    await this.write(config, JSON.stringify({ compilerOptions, files }))
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], this.folder)
  }

  /** Every file of an installed package. */
  async filesOf(name: string): Promise<string[]> {
    const folder = join(this.folder, 'node_modules', name)
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  }

  remove(): Promise<void> {
    return rm(this.#base, { recursive: true, force: true })
  }

  /** In a copy: while npm packs, the manifest in the folder is the published one, and other tests run from the sources. */
  async #pack(): Promise<string[]> {
    const copy = join(this.#base, 'workspace')
    for (const name of packed) await cp(join(root, name), join(copy, name), { recursive: true })
    for (const name of packages) {
      const folder = join(root, 'packages', name)
      await cp(folder, join(copy, 'packages', name), {
        recursive: true,
        filter: (path) => !['dist', 'node_modules'].some((left) => path === join(folder, left)),
      })
    }
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (const name of packages) {
      await run('npm', ['pack', '--pack-destination', this.#base], join(copy, 'packages', name))
    }
    const files = await readdir(this.#base)
    return files.filter((name) => name.endsWith('.tgz')).map((name) => join(this.#base, name))
  }
}
