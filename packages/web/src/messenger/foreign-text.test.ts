// Whatever others write, showing it takes time in proportion to its length: no message freezes the page of who reads it.
import { describe, expect, test } from 'vitest'
import { fileSize } from '../files/file-size.ts'
import { messageLine } from '../files/message-line.ts'
import { initials } from '../ui/initials.ts'
import { balanced, isolate } from '../ui/isolate.ts'
import { oneLine } from './chat-list/chat-preview.ts'
import { matchRank } from './chat-list/match-rank.ts'
import { isEmojiOnly } from './timeline/emoji-only.ts'
import { isDeceptiveHost } from './timeline/link-host.ts'
import { linkify } from './timeline/linkify.ts'

const units = [
  ...[
    ')',
    '(',
    '[',
    ']',
    '{',
    '}',
    '*',
    '_',
    '`',
    '<',
    '>',
    '@',
    ':',
    '/',
    '\\',
    '.',
    ',',
    '-',
    '#',
    '?',
    '!',
    '%',
    '"',
    "'",
  ],
  ...['a', ' ', '\n', '\u0301', '\u202e', '\u2067', '\u2069', '。', '（', '谢', 'ф', '👨\u200d', '👍', '1'],
  ...[
    'http://',
    'https://',
    'https://a',
    'www.',
    'www.a.',
    'mailto:',
    'a@',
    'a.',
    '@a.',
    'a@b.c',
    'a@b.c ',
    'фa@b',
  ],
  ...[
    'https://a.b ',
    'https://a.b/(',
    'https://a.b*',
    'фhttps://a.b',
    'a:',
    '1.1',
    '::',
    '[::',
    'xn--',
    '((a)',
    '(a)(',
    '({[',
    '("',
    '.:',
  ],
]
const beginnings = ['', 'https://a.b/', 'www.a.b/', 'a@', 'https://']

/** Every function that is given what somebody else wrote. */
const functions: Readonly<Record<string, (text: string) => unknown>> = {
  links: linkify,
  'the look of a host': isDeceptiveHost,
  isolation: isolate,
  balance: balanced,
  initials,
  previews: oneLine,
  'lines of messages': (text) => messageLine({ text, files: [] }),
  'large emoji': isEmojiOnly,
  'the search among chats': (text) => matchRank('query', [text]),
  'sizes of files': (text) => fileSize(text.length, 'en'),
}

/** The least of some runs, in milliseconds of the processor: whatever else the machine does adds little to that. */
function timeOf(run: () => unknown): number {
  let least = Number.POSITIVE_INFINITY
  for (let count = 0; count < 4; count += 1) {
    const start = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(start)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

/** Milliseconds that nobody notices, and in which ratios say nothing. */
const unnoticed = 25

describe('10,000 characters of anything', () => {
  test.each(Object.keys(functions))('V4: cost %s twice as much as half of them', (name) => {
    const take = functions[name]
    if (take === undefined) throw new Error(`There is no function for ${name}`)
    const slow: string[] = []
    for (const beginning of beginnings) {
      for (const unit of units) {
        const text = (length: number) =>
          (beginning + unit.repeat(Math.ceil(length / unit.length))).slice(0, length)
        const whole = timeOf(() => take(text(10_000)))
        if (whole < unnoticed) continue
        // So much time only passes for good reasons: then it must be linear.
        const ratio = timeOf(() => take(text(20_000))) / whole
        if (ratio > 3)
          slow.push(`${JSON.stringify(beginning + unit)}: ${whole} ms, ${ratio} times as much for twice`)
      }
    }
    expect(slow).toEqual([])
  })

  test('V4: a quadratic function is found by this', () => {
    const quadratic = (text: string) =>
      [...text].filter((_, index) => text.slice(0, index).split(')').length > 0)
    const text = ')'.repeat(4_000)
    expect(timeOf(() => quadratic(text + text)) / timeOf(() => quadratic(text))).toBeGreaterThan(3)
  })

  test('V4: the message that froze every reader is read at once', () => {
    const start = performance.now()
    expect(linkify(`https://a.b/${')'.repeat(9_900)}`)).toMatchObject([{ kind: 'link' }, { kind: 'text' }])
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})
