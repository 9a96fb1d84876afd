// What the core tells the world after a commit: an event of the protocol and who may hear it.
import type { Id, ServerEvent } from '@parley/protocol'

/**
 * Who an event is for. Membership of a chat is what it is when the event is delivered: what concerns one person in a chat is
 * told with `member`, so that it does not follow that person out of the chat.
 */
type Audience =
  | { readonly kind: 'chat'; readonly chat_id: Id; readonly except_user_id?: Id }
  | { readonly kind: 'member'; readonly chat_id: Id; readonly user_id: Id }
  | { readonly kind: 'users'; readonly user_ids: readonly Id[] }

/**
 * An event on its way to the sockets. `attach`: these people's live sockets start to follow the chat before the event is
 * delivered. `detach`: they stop following after it. Both only with the audience `chat`.
 */
export interface Envelope {
  readonly audience: Audience
  readonly event: ServerEvent
  readonly attach?: readonly Id[]
  readonly detach?: readonly Id[]
}

/**
 * Carries events between nodes. Contract: `publish` returns at once and never throws; envelopes of one call reach every
 * handler together and in order; a handler is called for envelopes published by this node too. Delivery is at most once: who
 * must not miss a change reads it from storage by version. Calls made one after another arrive in that order on this node.
 */
export interface Bus {
  publish(envelopes: readonly Envelope[]): void
  /** Adds a receiver of everything that this node has interest in. Returns its end. */
  subscribe(handler: (envelopes: readonly Envelope[]) => void): () => void
  /** Says that this node hosts (or no longer hosts) someone who follows the subject. Resolves once events of it will arrive. */
  setInterest(subject: Subject, wanted: boolean): Promise<void>
  close(): Promise<void>
}

type Subject = `chat.${Id}` | `user.${Id}`
