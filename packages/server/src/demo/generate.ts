// Puts the demo world together: gives every chat conversations to play, at times that people would have them.
// Pure and deterministic: the same seed and the same `now` give the same world.
import { type Character, cast, castByName, demoPassword } from './cast.ts'
import { type Draft, playScene } from './conversation.ts'
import { type DemoMessage, type DemoWorld, type Language, peopleOf, postersOf } from './demo-world.ts'
import { createRandom, type Random } from './random.ts'
import { leaveUnread } from './reads.ts'
import { pickSilence, pickTime, type Rhythm } from './rhythm.ts'
import { type Room, rooms } from './rooms.ts'
import { rhythmOf, type Script, speakerCount } from './script.ts'
import { library, type Topic } from './scripts/library.ts'
import { addSlips } from './slips.ts'

/** How far back the history goes. */
const days = 90

const usualRhythm: Readonly<Record<Topic, Rhythm>> = {
  announcements: 'morning',
  product: 'office',
  design: 'office',
  releases: 'office',
  support: 'office',
  code: 'office',
  hiring: 'office',
  work: 'office',
  smalltalk: 'office',
  oncall: 'around',
  lunch: 'lunch',
  books: 'evening',
  football: 'evening',
  trips: 'evening',
  family: 'leisure',
  home: 'leisure',
  personal: 'leisure',
  notes: 'leisure',
}

/** One script that a chat could play. */
interface Candidate {
  readonly script: Script
  readonly language: Language
  readonly topic: Topic
  readonly speakers: number
}

interface PlannedScene extends Candidate {
  readonly startsAt: Date
}

const charactersOf = (usernames: readonly string[]): Character[] =>
  usernames.flatMap((username) => castByName.get(username) ?? [])

const speakersIn = (room: Room, language: Language): Character[] =>
  charactersOf(postersOf(room.chat)).filter((person) => person.called[language] !== undefined)

const candidatesFor = (room: Room): Candidate[] =>
  room.languages.flatMap((language) =>
    (Object.keys(room.topics) as Topic[]).flatMap((topic) =>
      library[language][topic]
        .map((script) => ({ script, language, topic, speakers: speakerCount(script) }))
        .filter(({ speakers }) => speakers <= speakersIn(room, language).length),
    ),
  )

/** How often each person has seen each script; keeps conversations apart that would look alike to one reader. */
type Seen = Map<Script, Map<string, number>>

const timesSeen = (seen: Seen, script: Script, people: readonly string[]): number =>
  people.reduce((sum, username) => sum + (seen.get(script)?.get(username) ?? 0), 0)

const noteSeen = (seen: Seen, script: Script, people: readonly string[]): void => {
  const counts = seen.get(script) ?? new Map<string, number>()
  for (const username of people) counts.set(username, (counts.get(username) ?? 0) + 1)
  seen.set(script, counts)
}

/** Chooses what a chat talks about: topics by their weight, and in a topic what its people have seen least. No repeats. */
const chooseScenes = (room: Room, seen: Seen, now: Date, random: Random): PlannedScene[] => {
  const people = peopleOf(room.chat)
  const left = new Set(candidatesFor(room))
  const scenes: PlannedScene[] = []
  for (let messages = 0; messages < room.messages && left.size > 0; ) {
    const topics = [...new Set([...left].map(({ topic }) => topic))]
    const topic = topics[random.weighted(topics.map((name) => room.topics[name] ?? 0))]
    const [choice] = random
      .shuffle([...left].filter((candidate) => candidate.topic === topic))
      .sort((a, b) => timesSeen(seen, a.script, people) - timesSeen(seen, b.script, people))
    if (choice === undefined) break
    left.delete(choice)
    noteSeen(seen, choice.script, people)
    const rhythm = rhythmOf(choice.script) ?? usualRhythm[choice.topic]
    scenes.push({ ...choice, startsAt: pickTime(rhythm, now, days, random) })
    messages += choice.script.length
  }
  return scenes.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())
}

/** The whole history of a chat, strictly ascending. A conversation that would still be going on at `now` is left out. */
const playRoom = (room: Room, chat: number, seen: Seen, now: Date, random: Random): Draft[] => {
  const history: Draft[] = []
  for (const { script, language, startsAt } of chooseScenes(room, seen, now, random)) {
    const people = speakersIn(room, language)
    const speakers = room.fixedParts ? people : random.shuffle(people)
    const last = history.at(-1)
    const free = last === undefined ? 0 : last.at.getTime() + pickSilence(random)
    const scene = { chat, script, language, speakers, startsAt: new Date(Math.max(startsAt.getTime(), free)) }
    const drafts = addSlips(playScene(scene, random), random)
    if ((drafts.at(-1)?.at.getTime() ?? 0) < now.getTime() - 60_000) history.push(...drafts)
  }
  return random.chance(0.4) ? breakOff(history, random) : history
}

/** Leaves the last conversation hanging: what would have come next has not been written yet. */
const breakOff = (history: readonly Draft[], random: Random): Draft[] => history.slice(0, -random.int(1, 3))

/** One order for all chats, and replies by index in it. */
const inOneOrder = (drafts: readonly Draft[]): DemoMessage[] => {
  const ordered = [...drafts].sort((a, b) => a.at.getTime() - b.at.getTime() || a.chat - b.chat)
  const indexes = new Map(ordered.map((draft, index) => [draft, index]))
  return ordered.map(({ replyTo, ...message }) => {
    const index = replyTo === undefined ? undefined : indexes.get(replyTo)
    return index === undefined ? message : { ...message, reply_to: index }
  })
}

/**
 * People, chats, about 4,000 messages of the last 90 days before `now`, and how far everyone has read. Times lie
 * between 90 days ago and a minute ago.
 */
export const demoWorld = ({ seed = 1, now }: { seed?: number | undefined; now: Date }): DemoWorld => {
  const random = createRandom(seed)
  const seen: Seen = new Map()
  const drafts = rooms.flatMap((room, chat) => playRoom(room, chat, seen, now, random))
  const people = cast.map(({ username, name, email, bio, locale }) => ({
    username,
    name,
    email,
    bio,
    locale,
    password: demoPassword,
  }))
  const chats = rooms.map((room) => room.chat)
  const messages = inOneOrder(drafts)
  return { people, chats, messages, reads: leaveUnread(chats, messages, random) }
}
