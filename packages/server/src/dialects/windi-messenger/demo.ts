// What the contract's own command for test data makes.
import type { DemoData } from '../kit/demo.ts'

const alice = 'alice@example.com'
const bob = 'bob@example.com'
const charlie = 'charlie@example.com'
const david = 'david@example.com'
const password = 'password123'

export const demo: DemoData = {
  people: [
    { name: 'Alice', email: alice, password },
    { name: 'Bob', email: bob, password },
    { name: 'Charlie', email: charlie, password },
    { name: 'David', email: david, password },
  ],
  chats: [
    {
      people: [alice, bob],
      messages: [
        [alice, 'Привет, Bob! Как дела?'],
        [bob, 'Привет, Alice! Всё отлично, спасибо.'],
        [alice, 'Тогда до встречи в группе.'],
      ],
    },
    {
      title: 'Группа 1',
      people: [alice, bob, charlie, david],
      messages: [
        [alice, 'Добро пожаловать в группу!'],
        [bob, 'Спасибо, что пригласила.'],
        [charlie, 'Привет всем!'],
        [david, 'И от меня привет.'],
      ],
    },
  ],
}
