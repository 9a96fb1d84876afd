// The people of the demo world: a product team that works in Russian and English, and some of their relatives.
import type { DemoPerson, Language } from './demo-world.ts'

export interface Character extends Omit<DemoPerson, 'password'> {
  /** Decides the endings of Russian verbs. */
  readonly sex: 'f' | 'm'
  /** What friends say, in each language that the person speaks. */
  readonly called: Readonly<Partial<Record<Language, string>>>
}

/** Password of everyone in the demo world. */
export const demoPassword = 'parley-demo'

const character = (
  username: string,
  name: string,
  sex: 'f' | 'm',
  called: Character['called'],
  bio: string,
): Character => ({
  username,
  name,
  email: `${username}@example.com`,
  bio,
  locale: called.ru === undefined ? 'en' : 'ru',
  sex,
  called,
})

export const cast: readonly Character[] = [
  character(
    'anna',
    'Анна Соколова',
    'f',
    { ru: 'Аня', en: 'Anna' },
    'Менеджер продукта. Сначала задача, потом макет',
  ),
  character('emma', 'Emma Clarke', 'f', { en: 'Emma' }, 'Product designer. Pixels, plants, long walks'),
  character('ilya', 'Илья Воронцов', 'm', { ru: 'Илья', en: 'Ilya' }, 'Бэкенд. Postgres и горы'),
  character('james', 'James Okafor', 'm', { en: 'James' }, 'Backend engineer. Ask me about queues'),
  character(
    'masha',
    'Мария Лебедева',
    'f',
    { ru: 'Маша', en: 'Masha' },
    'Дизайн интерфейсов, керамика по субботам',
  ),
  character('priya', 'Priya Raman', 'f', { en: 'Priya' }, 'Engineering manager. Calendar Tetris champion'),
  character('dima', 'Дмитрий Кузнецов', 'm', { ru: 'Дима', en: 'Dima' }, 'Инфраструктура и дежурства'),
  character('tom', 'Tom Hughes', 'm', { en: 'Tom' }, 'Frontend. Five-a-side, left foot only'),
  character(
    'katya',
    'Екатерина Белова',
    'f',
    { ru: 'Катя', en: 'Katya' },
    'Тестирование. Нашла баг — день удался',
  ),
  character('sofia', 'Sofia Rossi', 'f', { en: 'Sofia' }, 'Support lead. Espresso first'),
  character(
    'sergey',
    'Сергей Павлов',
    'm',
    { ru: 'Сергей', en: 'Sergey' },
    'Руковожу разработкой, играю в нападении',
  ),
  character('lucas', 'Lucas Meyer', 'm', { en: 'Lucas' }, 'SRE. Sleeps next to the pager'),
  character(
    'olga',
    'Ольга Морозова',
    'f',
    { ru: 'Оля', en: 'Olga' },
    'Поддержка пользователей. Отвечу каждому',
  ),
  character('hannah', 'Hannah Lee', 'f', { en: 'Hannah' }, 'Data analyst, reader of thick novels'),
  character('timur', 'Тимур Галиев', 'm', { ru: 'Тимур', en: 'Timur' }, 'Мобильные приложения, Казань'),
  character('noah', 'Noah Weber', 'm', { en: 'Noah' }, 'Sales and customer success'),
  character('artem', 'Артём Зайцев', 'm', { ru: 'Артём', en: 'Artem' }, 'Фронтенд. Велосипед в любую погоду'),
  character('nastya', 'Анастасия Орлова', 'f', { ru: 'Настя', en: 'Nastya' }, 'Аналитика и книжный клуб'),
  character('lena', 'Елена Фомина', 'f', { ru: 'Лена', en: 'Lena' }, 'Люди, найм, выездные встречи'),
  character('misha', 'Михаил Соколов', 'm', { ru: 'Миша' }, 'Архитектор (настоящий, по зданиям)'),
  character('ben', 'Ben Clarke', 'm', { en: 'Ben' }, 'Teaches physics, burns toast'),
  character('vera', 'Вера Николаевна', 'f', { ru: 'Вера Николаевна' }, 'Дача, внуки, кроссворды'),
  character('ruth', 'Ruth Clarke', 'f', { en: 'Mum' }, 'Retired librarian. Garden open on Sundays'),
  character('kostya', 'Константин Соколов', 'm', { ru: 'Костя' }, 'Вратарь. Иногда инженер'),
]

/** The same people by username. */
export const castByName: ReadonlyMap<string, Character> = new Map(
  cast.map((person) => [person.username, person]),
)
