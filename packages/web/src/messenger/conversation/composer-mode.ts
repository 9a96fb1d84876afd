// What the composer is about to do with its text.
import type { Message } from '@parley/protocol'

export type ComposerMode =
  | { readonly kind: 'new' }
  | { readonly kind: 'reply'; readonly message: Message }
  | { readonly kind: 'edit'; readonly message: Message }

export const newMessage: ComposerMode = { kind: 'new' }
