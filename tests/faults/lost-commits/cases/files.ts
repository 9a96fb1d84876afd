// Files that messages carry.
import { attachFile } from '../../../../packages/server/src/core/files/attach-file.ts'
import { tellPreview } from '../../../../packages/server/src/core/files/tell-preview.ts'
import { actorOf, hears, type LostCommit } from '../lost-commit.ts'

export const files: readonly LostCommit[] = [
  {
    what: 'a file is added to a message',
    command: 'files/attach-file',
    before: async (scene) =>
      (await scene.place.door.ask('uploadFile', scene.owner.token, { upload: 'content' })).file.id,
    act: (scene, fileId) =>
      attachFile(scene.place.app.ports, actorOf(scene.owner), scene.messageId, fileId as string),
    expect: (scene) => [hears(scene.member, 'message_updated')],
  },
  {
    what: 'a picture of a message is read after its upload was answered',
    command: 'files/tell-preview',
    before: async (scene) => {
      const { file } = await scene.place.door.ask('uploadFile', scene.owner.token, { upload: 'content' })
      await attachFile(scene.place.app.ports, actorOf(scene.owner), scene.messageId, file.id)
      return file.id
    },
    act: (scene, fileId) => tellPreview(scene.place.app.ports, fileId as string),
    expect: (scene) => [hears(scene.member, 'message_updated')],
    answersAfter: 'nothing',
  },
]
