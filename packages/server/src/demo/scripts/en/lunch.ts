// English conversations: lunch and coffee.
import type { Script } from '../../script.ts'

export const lunch: readonly Script[] = [
  [
    'A: Lunch, anyone?',
    'B: Me! Where?',
    'A: {cafe}, they have {dish} today',
    'C: Wait for me, {n} minutes',
    'B: Meet at the lift',
    'C: Running 🏃',
  ],
  [
    'A: Ordering in, tell me before {hm}',
    'B: {dish} for me',
    'C: Same, no onions',
    'D: I’ve eaten, but I never say no to dessert 🙂',
    'A: So two {dish}, one without onions, one dessert',
    'B: Sent you the money',
    'C: Me too',
    'A: On its way, about {nn} minutes',
  ],
  [
    'A: Half an hour’s queue at {cafe}, don’t come',
    'B: Too late, we’re in it 😅',
    'C: Has anyone tried the new place next door?',
    'A: Yesterday. {dish}: so-so, but quick',
    'C: Canteen it is',
    'B: Join us, the table seats six',
  ],
  [
    'A: The coffee machine wants cleaning again',
    'B: I did it last time',
    'C: My turn, going',
    'A: Hero!',
    'C: Done. We’re nearly out of beans',
    'B: Ordered two kilos, here {soon}',
    'A: ☕️❤️',
  ],
  [
    'A: I baked an apple cake, it’s in the kitchen',
    'B: Coming',
    'C: Already here',
    'B: {n} pieces left, hurry',
    'D: You animals, I’ve only just left a meeting 😭',
    'C: ^ I hid one for you behind the kettle',
    'D: Love you all',
  ],
  [
    'A: Where would you take guests tonight? {n} people, one vegetarian',
    'B: {cafe}: big table, good veggie food, not too loud',
    'C: Seconded, but book ahead',
    'A: Booked for 19:30, thanks!',
  ],
]
