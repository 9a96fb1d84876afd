// A command that tells of what it stored: how it is called, and who must hear what. And what the cases are written with.
import type { RouteName } from '@parley/protocol'
import type { Answer, Parts } from '../../access/http-door.ts'
import type { Heard } from '../../access/listener.ts'
import type { Attendee, Scene } from './place.ts'

/** What one of the people has to hear, or that their socket must be closed. */
export type Expected =
  | { readonly who: Attendee['listener']; readonly hears: string; readonly fits: (frame: Heard) => boolean }
  | { readonly who: Attendee['listener']; readonly closed: number }

export interface LostCommit {
  readonly what: string
  /** The command's file below `core`. */
  readonly command: string
  /** What must have happened before; its commits are not lost. */
  readonly before?: (scene: Scene) => Promise<unknown>
  /** Calls the command once. Gives the status of the answer, or throws what the command throws. */
  readonly act: (scene: Scene, prepared: unknown) => Promise<Answer | unknown>
  /** The status of the answer when nothing is lost, if the call is to be refused. */
  readonly refusedWith?: number
  readonly expect: (scene: Scene, prepared: unknown) => readonly Expected[]
  /**
   * `retry` where the answer needs what can only be read after the commit: then it is one to try again after. `nothing` where nobody waits
   * for an answer, and what is left to do is done again later.
   */
  readonly answersAfter?: 'retry' | 'nothing'
  /** Who must hear nothing of the chat any more afterwards. */
  readonly silent?: (scene: Scene) => Attendee
  /** What the call gives when it is made again; success unless stated. `none`: it cannot be made again. */
  readonly again?: 'succeeds' | { readonly status: number; readonly why: string } | 'none'
}

/** A call of the API, by one of the people. */
export const call = (scene: Scene, name: RouteName, who: Attendee, parts: Parts): Promise<Answer> =>
  scene.place.door.call(name, who.token, parts)

/** One of the people hears a frame of one of these types (`a or b`), and it fits. */
export const hears = (
  who: Attendee,
  types: string,
  fits: (frame: Heard) => boolean = () => true,
): Expected => ({
  who: who.listener,
  hears: types,
  fits: (frame) => types.split(' or ').includes(frame.type) && fits(frame),
})

/** The chat of the scene, as the parameters of a call. */
export const inChat = ({ chatId }: Scene) => ({ chat_id: chatId })

/** Whether this stands at that place of the frame. */
export const has = (frame: Heard, path: readonly string[], value: unknown): boolean => {
  let at: unknown = frame
  for (const key of path) at = (at as Record<string, unknown> | undefined)?.[key]
  return at === value
}

export const actorOf = ({ id, sessionId }: Attendee) => ({ userId: id, sessionId })
