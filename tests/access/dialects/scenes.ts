// Chats of every kind that a whole test file shares.
import { type Cast, type Kind, kinds, type Scene, type Stage } from '../stage.ts'

export class Scenes {
  readonly stage: Stage
  readonly cast: Cast
  readonly #shared: ReadonlyMap<Kind, Scene>

  private constructor(stage: Stage, cast: Cast, shared: ReadonlyMap<Kind, Scene>) {
    this.stage = stage
    this.cast = cast
    this.#shared = shared
  }

  static async make(stage: Stage): Promise<Scenes> {
    const cast = await stage.cast()
    const shared = new Map<Kind, Scene>()
    for (const kind of kinds) shared.set(kind, await stage.scene(kind, cast))
    return new Scenes(stage, cast, shared)
  }

  /** A chat that nobody changes: for what only reads, or must be refused. */
  shared(kind: Kind): Scene {
    const scene = this.#shared.get(kind)
    if (scene === undefined) throw new Error(`no ${kind} chat was made`)
    return scene
  }

  /** A chat that may be changed, of the same people but for the two of a direct one. */
  fresh(kind: Kind): Promise<Scene> {
    return this.stage.scene(kind, this.cast)
  }
}
