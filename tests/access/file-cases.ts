// Who may get the files of a chat. They belong to somebody who is not asked, but in the direct chat, where they are the owner's.
import { type ChatCase, chatCase, onlyMembers } from './chat-cases.ts'

export const fileCases: readonly ChatCase[] = [
  chatCase('getFile', '', ({ fileId }) => ({ params: { file_id: fileId } }), onlyMembers),
  chatCase('getThumbnail', '', ({ fileId }) => ({ params: { file_id: fileId } }), onlyMembers),
]
