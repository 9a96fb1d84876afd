// What happens to people who type: a misprint corrected at once, the same text sent twice.
import type { Draft } from './conversation.ts'
import type { Random } from './random.ts'

const wordPattern = /\p{Ll}{5,}/gu

/** Swaps two neighbouring letters inside a word; undefined where there is no word to misprint. */
const misprint = (text: string, random: Random): string | undefined => {
  const words = [...text.matchAll(wordPattern)].filter(({ 0: word, index }) => {
    const before = text[index - 1] ?? ' '
    return /\s|["«(]/.test(before) && !word.startsWith('http')
  })
  if (words.length === 0) return undefined
  const { 0: word, index } = random.pick(words)
  const place = random.int(1, word.length - 3)
  const [a = '', b = ''] = [word[place], word[place + 1]]
  if (a === b) return undefined
  return text.slice(0, index + place) + b + a + text.slice(index + place + 2)
}

/** Puts a few slips into a conversation; its order and its replies stay. Times stay ascending. */
export const addSlips = (drafts: readonly Draft[], random: Random): Draft[] => {
  const result: Draft[] = []
  const replaced = new Map<Draft, Draft>()
  for (const [index, original] of drafts.entries()) {
    const replyTo = original.replyTo && (replaced.get(original.replyTo) ?? original.replyTo)
    const draft = replyTo === undefined ? original : { ...original, replyTo }
    const slip =
      draft.edited_text === undefined && random.chance(0.015) ? misprint(draft.text, random) : undefined
    const sent = slip === undefined ? draft : { ...draft, text: slip, edited_text: draft.text }
    replaced.set(original, sent)
    result.push(sent)
    const room = (drafts[index + 1]?.at.getTime() ?? Number.POSITIVE_INFINITY) - sent.at.getTime()
    if (room > 4_000 && sent.edited_text === undefined && !sent.deleted && random.chance(0.004)) {
      const { chat, sender, text } = sent
      result.push({
        chat,
        sender,
        text,
        at: new Date(sent.at.getTime() + random.int(900, 2_900)),
        deleted: true,
      })
    }
  }
  return result
}
