// English conversations: books.
import type { Script } from '../../script.ts'

export const books: readonly Script[] = [
  [
    'A: Finished {book}. Now I’m just staring at the wall',
    'B: In a good way?',
    'A: The best. I read the last hundred pages in one go',
    'C: Isn’t the beginning hard work? I gave up in chapter two',
    'A: ^ It is, and then it all clicks. Give it five more chapters',
    'C: OK, one more try',
  ],
  [
    'A: Vote for next month:\n\n1. {book}\n2. {book2}\n3. {book3}\n\nNumbers please',
    'B: 2',
    'C: 1',
    'D: 2, has been on my list forever',
    'A: {book2} wins! We meet {onday} in four weeks',
    'B: Paper or e-reader?',
    'C: Paper, I write in the margins',
    'D: Audio, for the train',
  ],
  [
    'A: I don’t understand him. Why didn’t he leave when he could?',
    'B: Because leaving means that it was all for nothing',
    'A: But it was all for nothing',
    'C: ^ And that, I think, is the book',
    'B: Thanks, now I’m sad for the evening',
    'C: I’ll bring biscuits to the meeting 🍪',
  ],
  [
    'A: Something light for a {n}-hour train ride?',
    'B: Wodehouse, any of them',
    'C: Three Men in a Boat',
    'A: On a train? I like it',
    'C: Tell me when you get to the tin of pineapple',
  ],
  [
    'A: Change of place: the library, second floor, not {cafe}',
    'B: When?',
    'A: Seven, as always',
    'B: Bring tea?',
    'A: They have tea, bring a mug',
    'C: May I bring my sister?',
    'A: ^ Of course!',
  ],
  [
    'A: Quote of the day: “Manuscripts don’t burn”',
    'B: Tell that to my hard disk',
    'C: 😂',
    'A: Backups, that’s what the novel is really about',
    'B: Off to make one',
  ],
  [
    'A: I promised a review of {book}. It got long, sorry.\n\nAt first I thought that nothing happens: people talk, travel, remember things. It annoyed me. Then, somewhere in the middle, it dawned on me that everything that matters is happening, only nobody says it aloud. The author never once explains what anybody feels. There are hands, dishes on a table, the weather, and you understand it all by yourself, which hurts a great deal more.\n\nWhat I liked:\n- sentences you want to read aloud;\n- minor characters who each deserve their own book;\n- the last chapter.\n\nWhat I didn’t: the middle is a bit even, and there is one death the story could have done without.\n\nNine out of ten. I’ll read it again, but not in November.',
    'B: ^ Now that’s a review. Getting it',
    'C: “Not in November” is the most precise recommendation I’ve ever seen',
    'A: 🙂',
  ],
]
