// Gives the actor a picture.
import { type Id, limits, type Me } from '@parley/protocol'
import { updateProfile } from '../accounts/update-profile.ts'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { requireRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { pictureTypes } from './images.ts'
import { releaseFiles } from './release-files.ts'
import { type IncomingFile, keeping, once, openStored, receive, type UploadPorts } from './upload-file.ts'

export type AvatarPorts = UploadPorts & CommitPorts

/**
 * Cuts the middle out of the picture; nothing else of what was uploaded is kept. Throws `file_too_large`, `invalid_image`,
 * `invalid_request` for an empty file, `rate_limited`, `unavailable`.
 */
export async function setAvatar(ports: AvatarPorts, actor: Actor, incoming: IncomingFile): Promise<Me> {
  requireRate(ports.rateLimiter, 'uploadFile', actor.userId)
  requireRate(ports.rateLimiter, 'changeProfile', actor.userId)
  const id = ports.ids.next()
  const { me, formerId } = await keeping(ports, id, async () => {
    const size = await keepAvatar(ports, id, incoming)
    return commit(ports, async (stores, emit) => {
      const account = await stores.accounts.lock(actor.userId)
      if (account === null) throw new AppError('unauthenticated')
      await stores.files.insert({
        id,
        ownerId: actor.userId,
        name: 'avatar.webp',
        mediaType: 'image/webp',
        size,
        dimensions: { width: limits.avatarSide, height: limits.avatarSide },
        thumbnail: false,
        createdAt: ports.clock.now(),
      })
      return {
        me: await updateProfile(stores, emit, actor.userId, { avatarId: id }),
        formerId: account.me.avatar_id,
      }
    })
  })
  if (formerId !== null) await releaseFiles(ports, [formerId])
  return me
}

/** Stores the avatar in place of what was uploaded and gives its size. */
async function keepAvatar(ports: AvatarPorts, id: Id, incoming: IncomingFile): Promise<number> {
  const { mediaType } = await receive(ports, id, incoming.content, limits.avatarBytes)
  const avatar = pictureTypes.has(mediaType)
    ? await ports.images.avatar(() => openStored(ports.fileStore, id))
    : null
  if (avatar === null) throw new AppError('invalid_image')
  return ports.fileStore.put(id, 'original', once(avatar), avatar.byteLength)
}
