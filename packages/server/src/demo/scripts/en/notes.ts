// English notes to oneself.
import type { Script } from '../../script.ts'

export const notes: readonly Script[] = [
  ['A: Buy: batteries, a card for Ben, cat food'],
  ['A: Idea: show who has read a message only on tap. Calmer for everyone', 'A: Something similar: {mock}'],
  ['A: Ask about {issue} {onday}'],
  ['A: {doc}', 'A: ^ read again before the meeting'],
  ['A: “A good question is worth three answers”. Who said that?'],
  ['A: This week:\n1. three interviews\n2. {feature}: decide\n3. answer {client}\n4. sleep'],
  ['A: Order {nnn}-{nn}, pick up before Friday'],
  ['A: To read: {book}, {book2}'],
]
