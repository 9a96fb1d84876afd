// What the program says at its root.
import Type from 'typebox'
import { object, route } from '../../kit/route.ts'

export const rootRoutes = [
  route({
    method: 'GET',
    path: '/',
    auth: 'none',
    summary: 'Приветствие',
    hidden: true,
    answers: { 200: object({ message: Type.String() }) },
    async handle() {
      return { status: 200, body: { message: 'Chat Application API' } }
    },
  }),
]
