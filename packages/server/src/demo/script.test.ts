import { expect, test } from 'vitest'
import { type Character, cast } from './cast.ts'
import type { Language } from './demo-world.ts'
import { createRandom } from './random.ts'
import { playScript, rhythmOf, type Script, speakerCount } from './script.ts'
import { library } from './scripts/library.ts'

const startsAt = new Date('2026-11-20T09:05:00Z')
const speakersOf = (language: Language): Character[] =>
  cast.filter((person) => person.called[language] !== undefined).slice(0, 6)
const play = (script: Script, speakers: readonly Character[] = speakersOf('ru'), seed = 1) =>
  playScript(script, { language: 'ru', speakers, startsAt, random: createRandom(seed) })
const named = (username: string): Character => {
  const found = cast.find((person) => person.username === username)
  if (found === undefined) throw new Error(`${username} is not in the cast`)
  return found
}

const everyScript = (['ru', 'en'] as const).flatMap((language) =>
  Object.entries(library[language]).flatMap(([topic, scripts]) =>
    scripts.map((script) => ({ language, topic, script })),
  ),
)

test('names, endings and choices are filled in', () => {
  const [first, second] = play(
    ['A: {B}, сдела{~л/ла}?', 'B: {да|да}, я {~сам/сама}, а ты {~A:сам/сама}?'],
    [named('anna'), named('ilya')],
  )
  expect(first?.text).toBe('Илья, сделала?')
  expect(second?.text).toBe('Да, я сам, а ты сама?')
})

test('a slot keeps its word through the conversation, and its numbered brother has another one', () => {
  const [first, second] = play(['A: {issue} {issue2}', 'B: {issue} {issue2}'])
  expect(first?.text).toBe(second?.text)
  const [one, two] = first?.text.split(' ') ?? []
  expect(one).toMatch(/^PAR-\d+$/)
  expect(two).not.toBe(one)
})

test('replies, pauses, edits, deletions and braces are understood', () => {
  const lines = play(['@night', 'A: раз', 'B +: ^ два ⇒ три', 'A x: ^1 {nn} ‹x›'])
  expect(lines.map(({ replyTo }) => replyTo)).toEqual([undefined, 0, 0])
  expect(lines[1]).toMatchObject({ text: 'два', editedText: 'три', afterPause: true, deleted: false })
  expect(lines[2]).toMatchObject({ deleted: true, speaker: 0 })
  expect(lines[2]?.text).toMatch(/^\d\d \{x\}$/)
  expect(rhythmOf(['@night', 'A: раз'])).toBe('night')
})

test('mistakes in a script are refused with the line', () => {
  expect(() => play(['Привет'])).toThrow('Привет')
  expect(() => play(['A: ^ раз'])).toThrow(SyntaxError)
  expect(() => play(['A: {nonsense}'])).toThrow('{nonsense}')
  expect(() => rhythmOf(['@teatime', 'A: раз'])).toThrow('@teatime')
})

test('a script needs those who speak and those who are named', () => {
  expect(speakerCount(['A: раз', 'C: два'])).toBe(3)
  expect(speakerCount(['A: привет, {B}'])).toBe(2)
  expect(speakerCount(['A: ты {~D:сам/сама}?'])).toBe(4)
})

test.each(['ru', 'en'] as const)('there are at least 60 conversations of 4 to 15 lines in %s', (language) => {
  const sizes = everyScript
    .filter((entry) => entry.language === language)
    .map(({ script }) => script.filter((line) => !line.startsWith('@')).length)
  expect(sizes.filter((size) => size >= 4 && size <= 15).length).toBeGreaterThanOrEqual(60)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(15)
})

test('both languages have every topic', () => {
  expect(Object.keys(library.en)).toEqual(Object.keys(library.ru))
})

test.each(everyScript)('$language $topic: $script.0 — leaves no open place, whoever plays it', (entry) => {
  expect(speakerCount(entry.script)).toBeLessThanOrEqual(6)
  for (let seed = 0; seed < 30; seed++) {
    const random = createRandom(seed)
    const speakers = random.shuffle(speakersOf(entry.language))
    for (const line of playScript(entry.script, { ...entry, speakers, startsAt, random })) {
      expect(line.text).not.toMatch(/[{}‹›⇒~]|undefined|^\s|\s$|^$| {2}(?!Filter|\()/)
      expect(line.text).not.toMatch(/^\^/)
    }
  }
})

test('times named in a conversation lie in working hours after it', () => {
  for (let seed = 0; seed < 50; seed++) {
    const [line] = play(['A: {hm}'], speakersOf('ru'), seed)
    const [hour = 0, minute = 0] = (line?.text ?? '').split(':').map(Number)
    expect(hour * 60 + minute).toBeGreaterThan(12 * 60 + 5)
    expect(hour).toBeLessThan(19)
    expect(minute % 15).toBe(0)
  }
})
