// English conversations: trips.
import type { Script } from '../../script.ts'

export const trips: readonly Script[] = [
  [
    'A: {city} for the weekend? Tickets from {nn}',
    'B: I’m in! Train or plane?',
    'A: Night train there, day train back',
    'C: If we’re home before ten, me too',
    'A: ^ Arrives 20:40',
    'C: Then count me in',
    'B: I’ll look for a place for three',
  ],
  [
    'A: Offsite packing list:\n\n- laptop and charger\n- proper shoes, there is a hike\n- swimwear, there is a beach\n- something to read\n- first-aid kit: I have one',
    'B: Is it warm in the evening?',
    'A: {nn} degrees if the forecast is in Fahrenheit 😄 Bring a jumper',
    'C: Rooms are shared, two each',
    'B: What if I snore?',
    'D: ^ Then yours is at the end of the corridor',
  ],
  [
    'A: We’re here! A bit of {weather}, and so beautiful',
    'B: Photos!',
    'A: Hardly any signal, tonight',
    'C: Did you make it to the lighthouse?',
    'A: Tomorrow, it’s {nn} km',
    'B: Mind your knees',
  ],
  [
    'A: Has anyone been to {city}? What should we see in two days?',
    'B: The waterfront at sunset, then the market',
    'C: The little museum in the main street. Small but good',
    'B: And the bakery round the corner from it. Trust me',
    'A: Writing it all down! Where to stay?',
    'C: In the centre, you can walk everywhere',
    'A: You’re better than any guidebook',
  ],
]
