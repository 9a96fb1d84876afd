// Words for the open places of scripts. Russian ones stand in the case that the slot's name promises, because a script
// cannot decline them: `feature`, `dish`, `cafe` look the same as subject and object.
import type { Language } from './demo-world.ts'
import type { Random } from './random.ts'
import { laterToday } from './rhythm.ts'

const ru: Readonly<Record<string, readonly string[]>> = {
  feature: [
    'поиск по чатам',
    'экспорт отчётов',
    'тёмный режим',
    'вход по ссылке',
    'календарь смен',
    'импорт контактов',
    'общий доступ к папкам',
    'режим «не беспокоить»',
    'новый онбординг',
    'журнал действий',
    'сводный отчёт',
  ],
  onscreen: [
    'на экране настроек',
    'в профиле',
    'в списке чатов',
    'на странице оплаты',
    'в мобильной шапке',
    'в окне приглашения',
    'в карточке клиента',
    'на главной',
  ],
  client: [
    '«Вектор»',
    '«Северный банк»',
    '«Логистика-24»',
    '«Аптека рядом»',
    '«Технопарк»',
    '«Ромашка»',
    '«Лесной двор»',
  ],
  dish: ['борщ', 'плов', 'лагман', 'рамен', 'пад тай', 'том ям', 'бизнес-ланч', 'грибной суп', 'хинкали'],
  cafe: ['«Укроп»', '«Компот»', '«Базилик»', '«Мисо»', '«Обед»', '«Тандыр»'],
  book: [
    '«Лавр» Водолазкина',
    '«Пикник на обочине» Стругацких',
    '«Зулейха открывает глаза» Яхиной',
    '«Остров Сахалин» Чехова',
    '«Солярис» Лема',
    '«Имя розы» Эко',
    '«Цветы для Элджернона» Киза',
    '«Дом, в котором…» Петросян',
    '«Стоунер» Уильямса',
  ],
  tocity: ['в Казань', 'в Питер', 'в Калининград', 'в Тбилиси', 'в Суздаль', 'в Нижний', 'во Псков'],
  onday: ['в понедельник', 'во вторник', 'в среду', 'в четверг', 'в пятницу'],
  soon: ['сегодня', 'завтра', 'завтра с утра', 'до конца недели'],
  weather: ['дождь', 'снег', 'туман', 'ветер', 'жара'],
}

const en: Readonly<Record<string, readonly string[]>> = {
  feature: [
    'chat search',
    'report export',
    'dark mode',
    'magic-link sign-in',
    'the shift calendar',
    'contact import',
    'shared folders',
    'quiet hours',
    'the new onboarding',
    'the audit log',
    'reply templates',
    'the weekly digest',
  ],
  onscreen: [
    'on the settings page',
    'in the profile',
    'in the chat list',
    'on the checkout page',
    'in the mobile header',
    'in the invite dialog',
    'on the customer card',
    'on the home page',
  ],
  client: ['Northwind', 'Bluefin', 'Harbour & Co', 'Larkspur', 'Oakline', 'Meridian', 'Fernhill'],
  dish: [
    'ramen',
    'pad thai',
    'burritos',
    'falafel',
    'dumplings',
    'the soup of the day',
    'curry',
    'poke bowls',
  ],
  cafe: ['Basil', 'the Green Spoon', 'Miso & Co', 'the corner place', 'Tandoor', 'Olive'],
  book: [
    'Piranesi by Susanna Clarke',
    'Stoner by John Williams',
    'The Left Hand of Darkness by Le Guin',
    'The Name of the Rose by Eco',
    'Middlemarch by George Eliot',
    'Klara and the Sun by Ishiguro',
    'Solaris by Lem',
    'The Overstory by Richard Powers',
    'Wolf Hall by Hilary Mantel',
  ],
  city: ['Lisbon', 'Porto', 'Edinburgh', 'Ghent', 'Copenhagen', 'Valencia', 'Bath'],
  onday: ['on Monday', 'on Tuesday', 'on Wednesday', 'on Thursday', 'on Friday'],
  soon: ['today', 'tomorrow', 'tomorrow morning', 'by the end of the week'],
  weather: ['rain', 'wind', 'fog', 'sun', 'sleet'],
}

const both: Readonly<Record<string, readonly string[]>> = {
  service: ['api', 'gateway', 'billing', 'search', 'notifier', 'scheduler', 'importer', 'media'],
  host: ['db-2', 'web-4', 'queue-1', 'cache-3', 'edge-2', 'db-1'],
  doc: [
    'https://wiki.example.com/pages/3318',
    'https://wiki.example.com/product/roadmap',
    'https://docs.example.com/d/research-notes',
    'https://docs.example.com/d/weekly-plan',
    'https://wiki.example.com/team/how-we-work',
  ],
  mock: [
    'https://design.example.com/file/onboarding-v4',
    'https://design.example.com/file/settings?node=12-88',
    'https://design.example.com/file/chat-list',
    'https://design.example.com/file/empty-states?node=4-102',
  ],
  dash: [
    'https://metrics.example.com/d/api-latency?from=now-6h',
    'https://metrics.example.com/d/queues',
    'https://metrics.example.com/d/postgres?var=primary',
  ],
  funnel: ['https://metrics.example.com/d/funnel?range=30d', 'https://metrics.example.com/d/signup-steps'],
  emoji: ['🙂', '😅', '👍', '🎉', '🙌', '🔥'],
}

const numbers: Readonly<Record<string, (random: Random, startsAt: Date) => string>> = {
  n: (random) => String(random.int(2, 9)),
  nn: (random) => String(random.int(12, 97)),
  nnn: (random) => String(random.int(110, 980)),
  /** A time of day in working hours, on a quarter, after the conversation. */
  hm: (random, startsAt) => laterToday(startsAt, random),
  version: (random) => `${random.int(2, 4)}.${random.int(0, 24)}.${random.int(0, 6)}`,
  pr: (random) => `#${random.int(1180, 2960)}`,
  issue: (random) => `PAR-${random.int(310, 1890)}`,
  hash: (random) => random.int(0x1000000, 0xfffffff).toString(16),
}

/** What a word may depend on. */
export interface SlotContext {
  readonly language: Language
  readonly startsAt: Date
  readonly random: Random
}

const draw = (base: string, { language, startsAt, random }: SlotContext): string => {
  const number = numbers[base]
  if (number !== undefined) return number(random, startsAt)
  const words = both[base] ?? (language === 'ru' ? ru : en)[base]
  if (words === undefined) throw new ReferenceError(`No slot is called {${base}} in ${language}`)
  return random.pick(words)
}

const baseOf = (name: string): string => name.replace(/\d$/, '')

/**
 * The word for a slot. `chosen` remembers the words of this conversation: the same name gives the same word, and names
 * that differ in their trailing digit give different ones. Throws a ReferenceError for a name that no table has.
 */
export const fillSlot = (name: string, chosen: Map<string, string>, context: SlotContext): string => {
  const before = chosen.get(name)
  if (before !== undefined) return before
  const base = baseOf(name)
  const taken = [...chosen].filter(([other]) => baseOf(other) === base).map(([, word]) => word)
  let word = draw(base, context)
  for (let tries = 0; taken.includes(word) && tries < 50; tries++) word = draw(base, context)
  chosen.set(name, word)
  return word
}
