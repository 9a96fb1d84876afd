// The end of an account's drafts on this device.
import { forgetFiles } from './draft-files.ts'
import { forgetRecords } from './drafts.ts'

/** For logout: removes what was begun and not sent, texts and files, in every tab. Resolves when it is gone; never rejects. */
export async function forgetDrafts(userId: string): Promise<void> {
  try {
    forgetRecords(localStorage, userId)
  } catch {
    // A storage that is denied has kept nothing.
  }
  await forgetFiles(userId)
}
