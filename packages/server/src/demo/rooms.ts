// The chats of the demo world: who is in them, what they talk about and how much.
import type { DemoChat, DemoDirect, DemoGroup, Language } from './demo-world.ts'
import type { Topic } from './scripts/library.ts'

export interface Room {
  readonly chat: DemoChat
  readonly languages: readonly Language[]
  /** Topic → how often it comes up, relative to the others. */
  readonly topics: Readonly<Partial<Record<Topic, number>>>
  /** About how many messages, unless there is less to say. */
  readonly messages: number
  /** The parts of every script are those of the owner, the admins and the members, in this order. */
  readonly fixedParts: boolean
}

type Talk = Pick<Room, 'topics' | 'messages'> & { readonly languages?: readonly Language[] }

const ruTeam = 'ilya masha dima katya olga timur artem nastya lena'
const enTeam = 'emma james tom sofia lucas hannah noah'

/** Usernames in a text, each once. */
const names = (text: string): string[] => [...new Set(text.split(' ').filter(Boolean))]

const group = (
  people: { readonly owner: string; readonly admins?: string; readonly members: string },
  title: string,
  description: string,
  talk: Talk & Partial<Pick<DemoGroup, 'posting' | 'visibility'>> & { readonly fixedParts?: true },
): Room => {
  const admins = names(people.admins ?? '')
  const placed = [people.owner, ...admins]
  const members = names(people.members).filter((name) => !placed.includes(name))
  const { posting = 'everyone', visibility = 'private', languages = ['en'], fixedParts = false } = talk
  const { topics, messages } = talk
  const chat = {
    kind: 'group',
    title,
    description,
    posting,
    visibility,
    owner: people.owner,
    admins,
    members,
  } as const
  return { chat, languages, topics, messages, fixedParts }
}

const ru: readonly Language[] = ['ru']
const mixed: readonly Language[] = ['ru', 'en']

const teamRooms: readonly Room[] = [
  group(
    {
      owner: 'sergey',
      admins: 'anna priya emma',
      members: `${ruTeam} ${enTeam}`,
    },
    'Анонсы · Announcements',
    'Важное для всей команды. Only the things everyone should know',
    { posting: 'admins', languages: mixed, topics: { announcements: 1 }, messages: 40 },
  ),
  group({ owner: 'sergey', admins: 'anna', members: ruTeam }, 'Команда', 'Всё, что касается всех', {
    languages: ru,
    topics: { product: 4, releases: 2, smalltalk: 4, lunch: 2, design: 2, support: 2, hiring: 1 },
    messages: 300,
  }),
  group(
    { owner: 'priya', admins: 'emma', members: `${enTeam} anna sergey` },
    'Team',
    'Everything that concerns everyone',
    {
      topics: { product: 4, releases: 2, smalltalk: 4, lunch: 2, design: 2, support: 2, hiring: 1 },
      messages: 300,
    },
  ),
  group({ owner: 'masha', members: 'anna artem timur katya nastya' }, 'Дизайн', 'Макеты, темы, мелочи', {
    languages: ru,
    topics: { design: 5, product: 2, smalltalk: 1, support: 1 },
    messages: 170,
  }),
  group(
    { owner: 'emma', members: 'tom hannah priya masha anna' },
    'Design critique',
    'Kind, specific, on time',
    {
      topics: { design: 5, product: 2, smalltalk: 1, support: 1 },
      messages: 170,
    },
  ),
  group(
    { owner: 'ilya', admins: 'dima', members: 'katya artem timur anna sergey' },
    'Релизы',
    'Что и когда катим',
    {
      languages: ru,
      topics: { releases: 5, code: 3, oncall: 2, support: 1 },
      messages: 170,
    },
  ),
  group(
    { owner: 'james', admins: 'lucas', members: 'tom priya ilya emma sofia' },
    'Releases',
    'What ships, and when',
    {
      topics: { releases: 5, code: 3, oncall: 2, support: 1 },
      messages: 170,
    },
  ),
  group(
    { owner: 'dima', admins: 'lucas', members: 'ilya james olga sofia sergey' },
    'On-call · Дежурство',
    'Alerts, handovers, reviews. Сначала чиним, потом спорим',
    { languages: mixed, topics: { oncall: 4, releases: 1 }, messages: 150 },
  ),
  group(
    { owner: 'olga', members: 'katya anna ilya nastya timur' },
    'Поддержка',
    'Письма пользователей и ответы',
    {
      languages: ru,
      topics: { support: 5, product: 2, design: 1, smalltalk: 1 },
      messages: 160,
    },
  ),
  group(
    { owner: 'sofia', members: 'olga james tom noah hannah emma' },
    'Support desk',
    'Letters from users, and answers',
    {
      topics: { support: 5, product: 2, design: 1, smalltalk: 1 },
      messages: 150,
    },
  ),
  group(
    { owner: 'james', admins: 'ilya', members: 'dima lucas priya' },
    'Backend',
    'Queues, queries and other fun',
    {
      topics: { code: 5, oncall: 3, releases: 2 },
      messages: 140,
    },
  ),
  group({ owner: 'artem', members: 'timur masha katya ilya' }, 'Фронтенд', 'Веб и телефоны', {
    languages: ru,
    topics: { code: 5, design: 3, releases: 2, lunch: 1 },
    messages: 150,
  }),
  group({ owner: 'lena', admins: 'sergey', members: 'ilya anna masha dima' }, 'Найм', 'Кандидаты и новички', {
    languages: ru,
    topics: { hiring: 1 },
    messages: 30,
  }),
  group(
    { owner: 'priya', admins: 'lena', members: 'james emma sergey' },
    'Hiring',
    'Candidates and new colleagues',
    {
      topics: { hiring: 1 },
      messages: 30,
    },
  ),
]

const leisureRooms: readonly Room[] = [
  group(
    { owner: 'olga', members: 'ilya katya artem lena dima masha nastya' },
    'Обеды',
    'Кто, куда и во сколько',
    { visibility: 'public', languages: ru, topics: { lunch: 5, smalltalk: 2 }, messages: 90 },
  ),
  group({ owner: 'sofia', members: 'emma tom james hannah noah' }, 'Lunch & coffee', 'Who, where and when', {
    visibility: 'public',
    topics: { lunch: 5, smalltalk: 2 },
    messages: 90,
  }),
  group(
    { owner: 'sergey', members: 'dima timur artem ilya misha kostya' },
    'Футбол по четвергам',
    'Играем в любую погоду',
    { visibility: 'public', languages: ru, topics: { football: 1 }, messages: 60 },
  ),
  group(
    { owner: 'tom', admins: 'james', members: 'lucas noah ben ilya' },
    'Five-a-side',
    'Thursdays, 20:00',
    {
      visibility: 'public',
      topics: { football: 1 },
      messages: 60,
    },
  ),
  group(
    { owner: 'nastya', members: 'anna katya lena masha olga' },
    'Книжный клуб',
    'Книга в месяц, печенье каждый раз',
    {
      visibility: 'public',
      languages: ru,
      topics: { books: 1 },
      messages: 60,
    },
  ),
  group(
    { owner: 'hannah', members: 'emma priya sofia ruth anna' },
    'Book club',
    'One book a month, biscuits every time',
    {
      visibility: 'public',
      topics: { books: 1 },
      messages: 60,
    },
  ),
  group({ owner: 'vera', members: 'misha anna kostya' }, 'Соколовы', '', {
    languages: ru,
    topics: { family: 1 },
    messages: 90,
    fixedParts: true,
  }),
  group({ owner: 'ruth', members: 'emma ben' }, 'The Clarkes', 'Mum, Emma & Ben', {
    topics: { family: 1 },
    messages: 80,
    fixedParts: true,
  }),
  group(
    {
      owner: 'nastya',
      admins: 'tom',
      members: `anna sergey priya ${ruTeam} ${enTeam}`,
    },
    'Random · Всякое',
    'Коты, радуги, потерянные зарядки. Cats, rainbows, lost chargers',
    {
      visibility: 'public',
      languages: mixed,
      topics: { smalltalk: 4, books: 1, trips: 1, lunch: 1, football: 1 },
      messages: 160,
    },
  ),
  group(
    { owner: 'artem', admins: 'ilya', members: 'timur katya dima nastya james tom' },
    'TypeScript: вопросы',
    'Спрашивайте, не стесняйтесь',
    { visibility: 'public', languages: ru, topics: { code: 1 }, messages: 45 },
  ),
  group({ owner: 'artem', members: 'katya dima nastya timur' }, 'Алтай в июле', 'Палатки, ботинки, билеты', {
    languages: ru,
    topics: { trips: 1 },
    messages: 30,
  }),
  group(
    { owner: 'lena', admins: 'priya', members: 'sofia tom emma noah anna' },
    'Offsite',
    'Plans for the team trip',
    {
      topics: { trips: 1 },
      messages: 30,
    },
  ),
]

const direct = (first: string, second: string, talk: Talk): Room => {
  const chat: DemoDirect = { kind: 'direct', people: [first, second] }
  return {
    chat,
    languages: talk.languages ?? ['en'],
    topics: talk.topics,
    messages: talk.messages,
    fixedParts: false,
  }
}

const colleagues = { work: 6, personal: 2, code: 1, product: 1, design: 1, releases: 1 }
const friends = { personal: 5, work: 2, books: 1, trips: 1 }
const relatives = { home: 3, personal: 2 }

const directRooms: readonly Room[] = [
  direct('anna', 'ilya', { languages: ru, topics: colleagues, messages: 90 }),
  direct('anna', 'masha', { languages: ru, topics: friends, messages: 80 }),
  direct('anna', 'sergey', { languages: ru, topics: colleagues, messages: 60 }),
  direct('anna', 'misha', { languages: ru, topics: relatives, messages: 60 }),
  direct('anna', 'emma', { topics: colleagues, messages: 80 }),
  direct('anna', 'olga', { languages: ru, topics: colleagues, messages: 40 }),
  direct('ilya', 'dima', { languages: ru, topics: colleagues, messages: 80 }),
  direct('ilya', 'james', { topics: colleagues, messages: 80 }),
  direct('katya', 'artem', { languages: ru, topics: colleagues, messages: 60 }),
  direct('olga', 'katya', { languages: ru, topics: friends, messages: 50 }),
  direct('masha', 'nastya', { languages: ru, topics: friends, messages: 60 }),
  direct('timur', 'artem', { languages: ru, topics: colleagues, messages: 50 }),
  direct('sergey', 'lena', { languages: ru, topics: colleagues, messages: 40 }),
  direct('dima', 'timur', { languages: ru, topics: friends, messages: 40 }),
  direct('emma', 'tom', { topics: friends, messages: 80 }),
  direct('emma', 'james', { topics: colleagues, messages: 70 }),
  direct('emma', 'ruth', { topics: relatives, messages: 60 }),
  direct('james', 'priya', { topics: colleagues, messages: 60 }),
  direct('sofia', 'emma', { topics: colleagues, messages: 50 }),
  direct('hannah', 'priya', { topics: friends, messages: 50 }),
  direct('lucas', 'james', { topics: colleagues, messages: 50 }),
  direct('dima', 'lucas', { topics: colleagues, messages: 50 }),
  direct('tom', 'noah', { topics: friends, messages: 40 }),
  direct('ben', 'emma', { topics: friends, messages: 40 }),
  direct('anna', 'anna', { languages: ru, topics: { notes: 1 }, messages: 12 }),
  direct('emma', 'emma', { topics: { notes: 1 }, messages: 12 }),
]

export const rooms: readonly Room[] = [...teamRooms, ...leisureRooms, ...directRooms]
