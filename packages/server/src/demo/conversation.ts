// One conversation of one chat: a script, played by people of that chat from a time on.
import type { Character } from './cast.ts'
import type { DemoMessage, Language } from './demo-world.ts'
import type { Random } from './random.ts'
import { pickPause } from './rhythm.ts'
import { playScript, type Script } from './script.ts'

/** A message before all messages are put in one order; a reply points at the message itself. */
export interface Draft extends Omit<DemoMessage, 'reply_to'> {
  readonly replyTo?: Draft
}

export interface Scene {
  /** Index of the chat. */
  readonly chat: number
  readonly script: Script
  readonly language: Language
  /** Who plays A, B … */
  readonly speakers: readonly Character[]
  readonly startsAt: Date
}

/** The messages of a conversation, the first at `startsAt`, strictly ascending. */
export const playScene = (scene: Scene, random: Random): Draft[] => {
  const { chat, script, speakers, startsAt } = scene
  const lines = playScript(script, { ...scene, random })
  const drafts: Draft[] = []
  let at = startsAt.getTime()
  for (const [index, line] of lines.entries()) {
    const sender = speakers[line.speaker]
    if (sender === undefined) throw new RangeError(`Nobody plays part ${line.speaker} of: ${script[0]}`)
    const sameSpeaker = lines[index - 1]?.speaker === line.speaker
    if (index > 0) at += pickPause({ ...line, sameSpeaker }, random)
    const replyTo = line.replyTo === undefined ? undefined : drafts[line.replyTo]
    drafts.push({
      chat,
      sender: sender.username,
      at: new Date(at),
      text: line.text,
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(line.editedText === undefined ? {} : { edited_text: line.editedText }),
      ...(line.deleted ? { deleted: true } : {}),
    })
  }
  return drafts
}
