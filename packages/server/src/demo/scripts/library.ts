// All scripts by language and topic.
import type { Language } from '../demo-world.ts'
import type { Script } from '../script.ts'
import * as en from './en/index.ts'
import * as ru from './ru/index.ts'

/** What a conversation is about. */
export type Topic = keyof typeof ru

/** Every script, by language and topic. Both languages have every topic. */
export const library: Readonly<Record<Language, Readonly<Record<Topic, readonly Script[]>>>> = { en, ru }
