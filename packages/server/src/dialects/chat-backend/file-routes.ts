// Files of messages and avatars: taken in by multipart, given out at the addresses that the answers name.
import { limits } from '@parley/protocol'
import { attachFile } from '../../core/files/attach-file.ts'
import { getFile } from '../../core/files/get-file.ts'
import { setAvatar } from '../../core/files/set-avatar.ts'
import { uploadFile } from '../../core/files/upload-file.ts'
import { getVisible, getVisibleWithReads } from '../../core/messages/get-visible.ts'
import { answerFile } from '../../http/file-answer.ts'
import type { DialectRoute } from '../kit/route.ts'
import { object, route, Uuid } from '../kit/route.ts'
import { messagePath, messageShower } from './routes.ts'
import { avatarPath, filePath, MessageShape, UserShape, userOf } from './shapes.ts'

const upload = route({
  method: 'POST',
  path: '/api/messages/{message_id}/files',
  auth: 'user',
  summary: 'Загрузка файла',
  params: messagePath,
  upload: { maxBytes: limits.fileBytes },
  answers: { 201: MessageShape },
  errors: { deleted: [404, 'Not Found'] },
  async handle(context, { actor, params, upload }) {
    const { ports } = context
    // Before the bytes: most who may not attach are told so without sending them.
    await getVisible(ports, actor, params.message_id)
    const file = await uploadFile(ports, actor, upload)
    const { message: former, reads } = await getVisibleWithReads(ports, actor, params.message_id)
    const show = await messageShower(context, [former.sender_id])
    const message = await attachFile(ports, actor, former.id, file.id)
    return { status: 201, body: show({ message, reads }) }
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
      const me = await setAvatar(context.ports, actor, upload)
      return { status: 200, body: userOf(context, me, me.email) }
    },
  })

/** Messages' files are for members of the chat, avatars for everyone who is logged in: the core tells them apart. */
const download = (path: string, summary: string): DialectRoute =>
  route({
    method: 'GET',
    path: `${path}/{file_id}`,
    auth: 'user',
    tokenInQuery: true,
    summary,
    params: object({ file_id: Uuid }),
    answers: { 200: null },
    async handle({ ports }, { actor, params, request }) {
      const found = await getFile(ports, actor, params.file_id)
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
