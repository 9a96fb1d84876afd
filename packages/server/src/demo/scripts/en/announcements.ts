// English announcements: a line or two from those who run the channel. Other news than the Russian ones, because both
// stand in the same channel.
import type { Script } from '../../script.ts'

export const announcements: readonly Script[] = [
  [
    'A: {version} is out\n\nHighlights:\n- {feature}\n- the chat list opens faster\n- pasting large tables no longer crashes the tab\n\nNothing to install, just reload the page. Details: {doc}',
  ],
  [
    'A: All hands {onday} at {hm}. Agenda and questions: {doc}',
    'A: There will be a recording, but it’s more fun live 🙂',
  ],
  ['A: Visitor Wi-Fi has a new password, it’s on the board next to the lift. Please don’t post it in chats'],
  ['A: Figures for the quarter are up: {doc}. Short version: better than planned, thanks to {client}'],
  [
    'A: Security training is due by the end of the month. It takes {nn} minutes and there is a quiz\n\nThree rules you know already:\n1. Lock your screen\n2. No passwords in chats\n3. If in doubt, ask {B}',
  ],
  ['A: Our design system got a prize for accessibility 🎉 Cake {onday}, of course'],
  ['A: Fire drill {onday} at {hm}. When it rings, please take the stairs and your coffee'],
  ['A: New laptops arrived for everyone who asked before May. Pick yours up from {B}, bring the old one'],
  ['A: Lunch & learn {onday}: how {service} survived {client}, told by those who were awake'],
  ['A: {nn} of us ran for charity on Sunday. Photos: https://photos.example.com/a/{hash}'],
  ['A: {client} is visiting {onday}. Please keep the big meeting room free and the whiteboards clean'],
  ['A: Office hours with the whole lead team, every second Friday. Bring questions, we bring biscuits'],
]
