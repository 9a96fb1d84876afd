// English conversations: hiring and new colleagues.
import type { Script } from '../../script.ts'

export const hiring: readonly Script[] = [
  [
    'A: Interview {onday} at {hm}, frontend. Who can join?',
    'B: I can',
    'C: Me too, if it is an hour at most',
    'A: One hour sharp. CV and exercise: {doc}',
    'B: ^ Read it. Tidy solution, I’ll ask about accessibility',
    'C: And I’ll ask about debugging',
    'A: Perfect, link is in the invite',
  ],
  [
    'A: How did it go?',
    'B: Strong. Thinks aloud, says “I don’t know” without blinking',
    'C: Great debugging, a bit thin on databases',
    'B: That can be learnt here',
    'A: So it’s a yes?',
    'B: Yes',
    'C: Yes 👍',
    'A: ^ Calling {soon}',
  ],
  [
    'A: New developer starts {onday}. Who would be the buddy for the first month?',
    'B: Happy to',
    'A: Thanks! First-week plan: {doc}',
    'B: I’ll add “fix a typo and ship it” on day one. Takes the fear away',
    'C: It did for me',
    'A: Lovely tradition',
  ],
  [
    'A: How many open positions do we have? Friends keep asking',
    'B: Three: backend, support and a half-time analyst',
    'A: Remote?',
    'B: Yes, within three hours of our time zone',
    'A: Passing it on. If one of them gets it, you owe me cake 🎂',
    'B: Deal',
  ],
]
