// Every command that tells of what it stored, by what it is about. The test beside it fails for a command without a case.
import { accounts } from './cases/accounts.ts'
import { chats } from './cases/chats.ts'
import { files } from './cases/files.ts'
import { members } from './cases/members.ts'
import { messages } from './cases/messages.ts'
import { reads } from './cases/reads.ts'
import type { LostCommit } from './lost-commit.ts'

export const lostCommits: readonly LostCommit[] = [
  ...messages,
  ...files,
  ...reads,
  ...members,
  ...chats,
  ...accounts,
]
