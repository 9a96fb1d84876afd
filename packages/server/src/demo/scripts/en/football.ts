// English conversations: football on Thursdays.
import type { Script } from '../../script.ts'

export const football: readonly Script[] = [
  [
    'A: Thursday, 20:00, who’s in?',
    'B: +1',
    'C: In',
    'D: In, if my knee agrees',
    'E: In, and I’ll bring a friend',
    'A: That makes {n}. We still need a keeper',
    'B: {E}, is your friend by any chance a keeper?',
    'E: ^ He says he is. We’ll see 😄',
  ],
  [
    'A: Final score 7–{n}, thanks everyone!',
    'B: My third was a fluke',
    'A: Three flukes in a row are a skill 🙂',
    'C: Has anyone got my left boot?',
    'D: In my bag, bringing it tomorrow',
    'B: Revenge next week',
  ],
  [
    'A: Did you watch it last night?',
    'B: Second half only. The referee let it flow, good',
    'C: Good?! That was a stonewall penalty',
    'B: ^ Shoulder. Watch it again',
    'C +: Watched it. Fine. Shoulder',
    'A: Mark the date: {C} was wrong about something',
    'C: 😑',
  ],
  [
    'A: The pitch got more expensive, {n}.50 each from now on',
    'B: Should we move? The school one is cheaper',
    'C: They turn the lights off at nine',
    'A: And there are no nets',
    'B: OK, we stay',
    'D: Paid mine',
    'B: Me too',
  ],
  [
    'A: Forecast for Thursday: {weather}. Do we play?',
    'B: We always play',
    'C: I vote for indoors, to be honest',
    'A: Indoors is taken until ten',
    'C: I’ll bring a flask then',
    'D: Bring a big one!',
  ],
  [
    'A: Who could pick up the balls and bibs? I’m away until Friday',
    'B: I can. Where’s the key?',
    'A: At reception, say “football”',
    'B +: Got them. One ball is flat',
    'C: I have a pump',
  ],
]
