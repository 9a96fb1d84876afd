// English conversations: home, between two people.
import type { Script } from '../../script.ts'

export const home: readonly Script[] = [
  [
    'A: Could you stop at the shop on your way?',
    'B: Sure. What do we need?',
    'A: Milk, bread, apples and something with tea',
    'B: “Something” is dangerous',
    'A: Oat biscuits. Not cake!',
    'B: Too late, the cake has seen me 😄',
  ],
  [
    'A: Running late, the call won’t end',
    'B: When will you be here?',
    'A: By eight ⇒ Half past eight, probably',
    'B: Dinner is on the stove',
    'A: Thank you ❤️',
  ],
  [
    'A: The plumber comes tomorrow between ten and two. Is anyone at home?',
    'B: I can until noon',
    'A: And I from noon on',
    'B +: He’s here! Changing the seal',
    'A: How much does he want?',
    'B: {nn}. And it stopped dripping',
  ],
  [
    'A: How is the garden?',
    'B: The roses won, the slugs came second',
    'A: Need a hand at the weekend?',
    'B: With the hedge, please. I’ll make soup',
    'A: For soup I’d cut a forest',
  ],
  [
    'A: The electricity bill is here, {nn}.{nn2}',
    'B: I’ll pay it {soon}',
    'A: And the internet, please',
    'B: Both paid. The password is in the notebook',
    'A: As long as it isn’t on the fridge again 🙂',
  ],
  [
    'A: Where do we go this summer? Time to decide',
    'B: Sea or forest?',
    'A: Forest. You?',
    'B: Sea. So a cottage by a lake?',
    'A: ^ Clever. Let’s look for a week in July',
    'B +: Found one, with a boat and a cat. Shall I book?',
    'A: With a cat? Book it!',
  ],
]
