// Files and avatars over HTTP.
import { getFile, getThumbnail } from '../../core/files/get-file.ts'
import { removeAvatar } from '../../core/files/remove-avatar.ts'
import { setAvatar } from '../../core/files/set-avatar.ts'
import { uploadFile } from '../../core/files/upload-file.ts'
import type { Handlers } from '../call.ts'
import { answerFile, answerWhole } from '../file-answer.ts'

export const fileHandlers = {
  async uploadFile({ ports }, { actor, upload }) {
    return { status: 201, body: { file: await uploadFile(ports, actor, upload) } }
  },

  async getFile({ ports }, { actor, params, headers }) {
    return answerFile(ports, await getFile(ports, actor, params.file_id), headers)
  },

  async getThumbnail({ ports }, { actor, params, headers }) {
    return answerWhole(ports, await getThumbnail(ports, actor, params.file_id), headers)
  },

  async setAvatar({ ports }, { actor, upload }) {
    return { status: 200, body: { user: await setAvatar(ports, actor, upload) } }
  },

  async removeAvatar({ ports }, { actor }) {
    return { status: 200, body: { user: await removeAvatar(ports, actor) } }
  },
} satisfies Partial<Handlers>
