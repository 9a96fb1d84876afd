// English conversations: a bit of everything.
import type { Script } from '../../script.ts'

export const smalltalk: readonly Script[] = [
  [
    '@morning',
    'A: {Morning!|Good morning all} Nothing but {weather} here {emoji}',
    'B: Morning! Blue sky over here',
    'C: Is anyone coming by car? I have an umbrella but no will',
    'A: I can pick you up at the station at nine',
    'C: ^ You’re a star',
  ],
  [
    'A: Happy birthday, {B}! 🎉🎂',
    'C: Hooray! May all your tests be green',
    'D: Happy birthday! 🥳',
    'B: Thank you all! There’s cake in the kitchen from {hm}',
    'C: That’s the spirit',
    'D: Washing forks as we speak',
  ],
  [
    'A: Has anyone seen my charger? White, long, with a sticker',
    'B: Window sill in the small meeting room',
    'A: Found it! Thanks',
    'C: While we’re at it: my blue scarf?',
    'B: Try reception',
    'C: There it was. This chat is magic 🙌',
  ],
  [
    'A: My cat walked over the keyboard and sent “ggggggg9” to a customer',
    'B: And the customer?',
    'A: Replied “approved”',
    'C: 😂😂😂',
    'B: Hire the cat',
  ],
  [
    'A: What do you listen to while working?',
    'B: Rain. Just rain',
    'C: Jazz without words, otherwise I type the lyrics',
    'D: My neighbour’s headphones 🙃',
    'A: ^ Turning it down, sorry',
    'B: Here’s a good {n}-hour list: https://music.example.com/p/{hash}',
    'A: On it goes, thanks',
  ],
  [
    'A: Short day tomorrow, remember',
    'B: How could I forget! I have theatre tickets',
    'C: For what?',
    'B: The Cherry Orchard. Third time',
    'C: Spoiler: they still cut it down',
    'B: One can hope 🙂',
  ],
  [
    'A: Learning Russian. How do I say “take your time”?',
    'B: «Не торопись»',
    'A: And “no worries”?',
    'B: «Ничего страшного», literally “nothing scary”',
    'A: ^ That’s lovely. I’ll use it in standups',
    'C: «Ничего страшного», as they say in production',
  ],
  [
    'A: The plant by the window is dying. Whose is it?',
    'B: Everyone’s',
    'A: So no one’s 🥲 I’m adopting it',
    'C: Its name is Gerald',
    'A: Gerald has been watered, fed and turned to the light',
    'B: We expect a photo in a week',
  ],
]
