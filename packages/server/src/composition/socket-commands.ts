// The core's commands that frames reach, with their ports filled in.
import { deleteMessage } from '../core/messages/delete-message.ts'
import { editMessage } from '../core/messages/edit-message.ts'
import { sendMessage } from '../core/messages/send-message.ts'
import type { Ports } from '../core/ports.ts'
import { markRead } from '../core/reads/mark-read.ts'
import { resume } from '../core/sync/resume.ts'
import { sendTyping } from '../core/typing/send-typing.ts'
import type { DispatchCommands } from '../ws/dispatch.ts'

export const socketCommands = (ports: Ports): DispatchCommands => ({
  sendMessage: (actor, input) => sendMessage(ports, actor, input),
  editMessage: (actor, messageId, text) => editMessage(ports, actor, messageId, text),
  deleteMessage: (actor, messageId) => deleteMessage(ports, actor, messageId),
  markRead: (actor, chatId, seq) => markRead(ports, actor, chatId, seq),
  sendTyping: (actor, chatId) => sendTyping(ports, actor, chatId),
  resume: (actor, versions) => resume(ports, actor, versions),
})
