// English conversations: code.
import type { Script } from '../../script.ts'

export const code: readonly Script[] = [
  [
    "A: Why does TypeScript widen this?\n```ts\nconst kinds = ['direct', 'group']\ntype Kind = (typeof kinds)[number] // string\n```",
    'B: The array is mutable, so its items are just `string`',
    "B: `as const` helps:\n```ts\nconst kinds = ['direct', 'group'] as const\n```",
    'A: ^ Magic. Thanks!',
    'B: Literal types, but I’ll take magic 🙂',
  ],
  [
    'A: Could someone review {pr}? {nn} lines, half of them tests',
    'B: Taking it',
    'B: Two questions. Why a retry inside a retry? And what if the answer arrives after the cancel?',
    'A: The first is an accident. The second… let me think',
    'A: After a cancel the answer is dropped now, and there is a test for it',
    'B: ^ Nice, approved',
    'A: Thanks for reading so carefully!',
  ],
  [
    'A: This query takes {n} seconds instead of milliseconds:\n```\nSeq Scan on messages  (rows={nnn}412)\n  Filter: (chat_id = $1)\n```',
    'B: Is there an index?',
    'A: Yes, on `(chat_id, seq)`',
    'C: What’s the type of the parameter? With text instead of uuid the index can’t be used',
    'A: ^ Argh. There is a cast in the query',
    'A: {n2} ms now',
    'C: 🎉',
  ],
  [
    'A: Do we really want another dependency for one function?',
    'B: Which function?',
    'A: Plurals. 1 message, 2 messages, and then Russian with its three forms',
    'B: `Intl.PluralRules` is built in',
    "C: ```js\nnew Intl.PluralRules('ru').select(2) // few\n```",
    'A: This is why I like it here. Removing it',
  ],
  [
    'A: A test fails one time in twenty and I am out of ideas',
    'B: Time or order?',
    'A: Order. Two events in the same millisecond',
    'B: And you sort by time?',
    'A: …yes',
    'B: Sort by number. Clocks lie',
    'A +: ^ 500 runs, all green. Thank you!',
  ],
  [
    'A: Can we agree on branch names? We have `fix`, `bugfix` and `final-2`',
    'B: The last one is mine, sorry',
    'C: Ticket and a few words? `{issue}-slow-list`',
    'A: Yes please',
    'B: And no emoji 🙂',
  ],
  [
    'A: Is there an easy way to see what blocks the event loop?',
    'B: `node --cpu-prof`, then open the profile in the browser',
    'A: On a live server?',
    'B: `perf_hooks.monitorEventLoopDelay()`. We graph it already: {dash}',
    'A: ^ {nn} ms at p99. Is that a lot?',
    'B: For a messenger it is. Look for a big `JSON.parse`',
    'A +: Found it: we parse the whole chat list on every update. Fixing',
  ],
]
