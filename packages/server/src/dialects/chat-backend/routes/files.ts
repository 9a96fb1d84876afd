// Files of messages and avatars: taken in by multipart, given out at the addresses that the answers name.
import { limits } from '@parley/protocol'
import Type from 'typebox'
import { attachFile } from '../../../core/files/attach-file.ts'
import { getFile } from '../../../core/files/get-file.ts'
import { setAvatar } from '../../../core/files/set-avatar.ts'
import { uploadFile } from '../../../core/files/upload-file.ts'
import { getVisible, getVisibleWithReads } from '../../../core/messages/get-visible.ts'
import { ownEmail } from '../../../core/people/emails.ts'
import { answerFile } from '../../../http/file-answer.ts'
import type { DialectRoute } from '../../kit/route.ts'
import { object, route, uuidPattern } from '../../kit/route.ts'
import { messagePath, namedMessage } from '../ids.ts'
import { avatarPath, fileOf, filePath, messageOf, UploadShape, UserShape, userOf } from '../shapes.ts'
import { messageFacts, othersMessage } from './messages.ts'

const upload = route({
  method: 'POST',
  path: '/api/messages/{message_id}/files',
  auth: 'user',
  summary: 'Загрузка файла',
  params: messagePath,
  upload: { maxBytes: limits.fileBytes },
  answers: { 200: UploadShape },
  errors: othersMessage,
  async handle(context, { actor, params, upload }) {
    const { ports } = context
    const named = await namedMessage(context, params.message_id)
    // Before the bytes: most who may not attach are told so without sending them.
    await getVisible(ports, actor, named)
    const file = await uploadFile(ports, actor, upload)
    const { message: former, reads } = await getVisibleWithReads(ports, actor, named)
    const { place, number } = await messageFacts(context, former)
    const message = await attachFile(ports, actor, former.id, file.id)
    const index = message.files.findIndex(({ id }) => id === file.id)
    return {
      status: 200,
      body: {
        ...fileOf(place, number, message.files[index] ?? file, index),
        message: messageOf(place, number, message, reads.length > 0),
      },
    }
  },
})

const changeAvatar = (method: 'PUT' | 'POST'): DialectRoute =>
  route({
    method,
    path: '/api/users/me/avatar',
    auth: 'user',
    summary: 'Аватар',
    upload: { maxBytes: limits.avatarBytes },
    answers: { 200: UserShape },
    async handle(context, { actor, upload }) {
      const { ports, entities } = context
      const facts = await entities.lookUp({ people: [actor.userId] })
      const { avatar_id } = await setAvatar(ports, actor, upload)
      const person = { ...facts.person(actor.userId), avatar_id }
      return { status: 200, body: userOf(context, person, ownEmail) }
    },
  })

/** In addresses, which end as the file's name does. */
const FileName = Type.String({ pattern: uuidPattern.replace(/\$$/, '(\\.[A-Za-z0-9]{1,16})?$') })

/** Messages' files are for members of the chat, avatars for everyone who is logged in: the core tells them apart. */
const download = (path: string, summary: string): DialectRoute =>
  route({
    method: 'GET',
    path: `${path}/{file_id}`,
    auth: 'user',
    tokenInQuery: true,
    summary,
    params: object({ file_id: FileName }),
    answers: { 200: null },
    async handle({ ports }, { actor, params, request }) {
      const [id = ''] = params.file_id.toLowerCase().split('.', 1)
      const found = await getFile(ports, actor, id)
      return { status: 200, file: await answerFile(ports, found, request.headers) }
    },
  })

export const fileRoutes = [
  upload,
  changeAvatar('PUT'),
  changeAvatar('POST'),
  download(filePath, 'Файл сообщения'),
  download(avatarPath, 'Картинка пользователя'),
]
