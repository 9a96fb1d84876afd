// A script is a conversation written by hand, with open places that chance fills, so that it can be played by different
// people without sounding the same. This file owns the notation and its expansion, not the scripts.
//
//   'A: text'        speaker A says it; speakers are A to F, each a different person
//   'B: ^ text'      in reply to the line before; 'B: ^2 text' in reply to the second line
//   'B +: text'      after a while: something had to be done first
//   'A x: text'      sent and deleted later
//   'A: old ⇒ new'   edited later
//   '@morning'       as the first line: when it is said, if not at the topic's usual hours
//   {x|y}            one of the two; may be nested          {~ёл/ла}     ending by the sex of the speaker
//   {feature}        a word from slots.ts; {feature2} is another one, and the same name is the same word throughout
//   {A}              what A is called                       {~B:ёл/ла}   ending by the sex of B
//   ‹ ›              braces that mean themselves
import type { Character } from './cast.ts'
import type { Language } from './demo-world.ts'
import type { Random } from './random.ts'
import { isRhythm, type Rhythm } from './rhythm.ts'
import { fillSlot } from './slots.ts'

/** The lines of one conversation. */
export type Script = readonly string[]

export interface ScriptLine {
  /** 0 for A, 1 for B … */
  readonly speaker: number
  readonly text: string
  /** Index of the line replied to. */
  readonly replyTo: number | undefined
  readonly editedText: string | undefined
  readonly deleted: boolean
  readonly afterPause: boolean
}

/** Who plays a script, and when it begins. */
export interface Staging {
  readonly language: Language
  /** The people behind A, B …, in that order. */
  readonly speakers: readonly Character[]
  readonly startsAt: Date
  readonly random: Random
}

const linePattern = /^([A-F])( \+)?( x)?: (?:(\^)(\d*) )?([\s\S]+)$/
const speakerIndex = (letter: string): number => letter.charCodeAt(0) - 'A'.charCodeAt(0)

interface Template extends Omit<ScriptLine, 'text' | 'editedText'> {
  readonly body: string
}

/** Throws a SyntaxError that quotes the line: scripts are source code. */
const parseLine = (line: string, index: number): Template => {
  const match = linePattern.exec(line)
  if (match === null) throw new SyntaxError(`Not a line of a script: ${line}`)
  const [, letter = 'A', pause, deleted, caret, number, body = ''] = match
  const replyTo = caret === undefined ? undefined : number === '' ? index - 1 : Number(number) - 1
  if (replyTo !== undefined && (replyTo < 0 || replyTo >= index)) {
    throw new SyntaxError(`A reply to a line that does not stand before it: ${line}`)
  }
  const speaker = speakerIndex(letter)
  return { speaker, replyTo, deleted: deleted !== undefined, afterPause: pause !== undefined, body }
}

const linesOf = (script: Script): Script => (script[0]?.startsWith('@') ? script.slice(1) : script)

/** The hours that a script asks for, if it does. */
export const rhythmOf = (script: Script): Rhythm | undefined => {
  const hint = script[0]?.startsWith('@') ? script[0].slice(1) : undefined
  if (hint === undefined) return undefined
  if (!isRhythm(hint)) throw new SyntaxError(`There are no such hours: @${hint}`)
  return hint
}

/** How many people a script needs: those who speak and those who are named. */
export const speakerCount = (script: Script): number => {
  const letters = linesOf(script).flatMap((line) => [
    line[0] ?? 'A',
    ...[...line.matchAll(/\{~?([A-F])[:}]/g)].map((match) => match[1] ?? 'A'),
  ])
  return Math.max(...letters.map(speakerIndex)) + 1
}

const ending = (person: Character | undefined, forms: string): string => {
  const [male = '', female = ''] = forms.split('/')
  return person?.sex === 'f' ? female : male
}

/** A word that chance put first begins with a capital; a link or a name stays as it is. */
const capitalise = (text: string): string => {
  const [first = ''] = text
  return /^[a-z]+:\/\//.test(text) ? text : first.toUpperCase() + text.slice(first.length)
}

/** Fills the open places of one line for its speaker. */
const createFiller = (staging: Staging): ((body: string, speaker: number) => string) => {
  const { language, speakers, random } = staging
  const chosen = new Map<string, string>()

  const fill = (expression: string, speaker: number): string => {
    const gendered = /^~(?:([A-F]):)?(.*)$/s.exec(expression)
    if (gendered !== null) {
      const [, letter, forms = ''] = gendered
      return ending(speakers[letter === undefined ? speaker : speakerIndex(letter)], forms)
    }
    if (expression.includes('|')) return random.pick(expression.split('|'))
    if (/^[A-F]$/.test(expression)) {
      const person = speakers[speakerIndex(expression)]
      return person?.called[language] ?? person?.name ?? expression
    }
    return fillSlot(expression, chosen, staging)
  }

  return (body, speaker) => {
    let text = body
    while (/\{[^{}]*\}/.test(text)) {
      text = text.replace(/\{([^{}]*)\}/g, (_, expression: string) => fill(expression, speaker))
    }
    const opened = body.startsWith('{') ? capitalise(text) : text
    return opened.replaceAll('‹', '{').replaceAll('›', '}')
  }
}

/** The conversation as these people say it. */
export const playScript = (script: Script, staging: Staging): ScriptLine[] => {
  const fill = createFiller(staging)
  return linesOf(script).map((line, index) => {
    const { body, ...template } = parseLine(line, index)
    const [text = '', editedText] = fill(body, template.speaker).split(' ⇒ ')
    return { ...template, text, editedText }
  })
}
