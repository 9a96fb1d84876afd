// The test data of the contract.
import type { DemoData } from '../kit/demo.ts'

const andrei = 'a@example.com'
const boris = 'b@example.com'
const sasha = 's@example.com'

/** What the program gives to all its test accounts, whatever the document says. */
export const programPassword = 'password123'

export const testData: DemoData = {
  people: [
    { name: 'Андрей', email: andrei, password: 'pass1' },
    { name: 'Борис', email: boris, password: 'pass2' },
    { name: 'Саша', email: sasha, password: 'pass3' },
  ],
  chats: [
    {
      people: [andrei, boris],
      messages: [
        [andrei, 'Привет, Борис!'],
        [boris, 'Привет, Андрей! Как дела?'],
        [andrei, 'Хорошо! Вечером созвонимся?'],
      ],
    },
    {
      title: 'Test Group',
      posting: 'admins',
      visibility: 'public',
      people: [andrei, sasha],
      messages: [[andrei, 'Добро пожаловать в группу!']],
    },
  ],
}
