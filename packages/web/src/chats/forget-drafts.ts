// The end of an account's drafts on this device.
import { deviceStorage } from '../session/device-storage.ts'
import { forgetFiles } from './draft-files.ts'
import { forgetRecords } from './drafts.ts'

/** For logout: removes what was begun and not sent, texts and files, in every tab. Resolves when it is gone; never rejects. */
export async function forgetDrafts(userId: string): Promise<void> {
  forgetRecords(deviceStorage(), userId)
  // Where the database is denied, or there is none, nothing was kept in it.
  await forgetFiles(userId).catch(() => undefined)
}
