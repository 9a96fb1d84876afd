// Gives the actor a picture.
import { type Id, limits, type Me } from '@parley/protocol'
import { updateProfile } from '../accounts/update-profile.ts'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { requireRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { releaseFiles } from './release-files.ts'
import type { Place } from './room.ts'
import {
  entering,
  type IncomingFile,
  insertFile,
  keeping,
  once,
  openStored,
  receive,
  type UploadPorts,
} from './upload-file.ts'

export type AvatarPorts = UploadPorts & CommitPorts

/**
 * Cuts the middle out of the picture; nothing else of what was uploaded is kept. Throws `file_too_large`, `invalid_image`,
 * `invalid_request` for an empty file, `rate_limited`, `quota_exceeded`, `storage_full`, and `unavailable`, among others when too many
 * pictures wait to be read.
 */
export async function setAvatar(ports: AvatarPorts, actor: Actor, incoming: IncomingFile): Promise<Me> {
  requireRate(ports.rateLimiter, 'uploadFile', actor.userId)
  requireRate(ports.rateLimiter, 'changeProfile', actor.userId)
  const id = ports.ids.next()
  const { me, formerId } = await entering(ports, actor.userId, incoming, limits.avatarBytes, (place) =>
    keeping(ports, id, async () => {
      const size = await keepAvatar(ports, actor, id, place, incoming)
      return commit(ports, async (stores, emit) => {
        const account = await stores.accounts.lock(actor.userId)
        if (account === null) throw new AppError('unauthenticated')
        await insertFile(
          { storage: { stores }, room: ports.room },
          {
            id,
            ownerId: actor.userId,
            name: 'avatar.webp',
            mediaType: 'image/webp',
            size,
            dimensions: { width: limits.avatarSide, height: limits.avatarSide },
            awaitsPreview: false,
            createdAt: ports.clock.now(),
          },
        )
        return {
          me: await updateProfile(stores, emit, actor.userId, { avatarId: id }),
          formerId: account.me.avatar_id,
        }
      })
    }),
  )
  if (formerId !== null) await releaseFiles(ports, [formerId])
  return me
}

/** Stores the avatar in place of what was uploaded and gives its size. */
async function keepAvatar(
  ports: AvatarPorts,
  actor: Actor,
  id: Id,
  place: Place,
  incoming: IncomingFile,
): Promise<number> {
  const { awaitsPreview } = await receive(ports, id, place, incoming.content, limits.avatarBytes)
  const avatar = awaitsPreview
    ? await ports.images.avatar(actor.userId, () => openStored(ports.fileStore, id))
    : null
  if (avatar === null) throw new AppError('invalid_image')
  return ports.fileStore.put(id, 'original', once(avatar), avatar.byteLength)
}
