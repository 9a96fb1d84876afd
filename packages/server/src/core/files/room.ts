// Who may still store how much: each person up to a quota, all of them up to what must stay free where the files are kept. What is
// announced is held before a byte of it is read, so that uploads at the same time cannot pass together.
import type { Id } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { FileStore } from './file-store.ts'
import type { FileRecordStore } from './store.ts'

export interface RoomRules {
  /** Bytes of files that one person may have; null for no bound. */
  readonly quota: number | null
  /** Bytes that stay free where files are kept: beyond them nobody stores any. */
  readonly keptFree: number
}

/** Room for one upload. */
export interface Place {
  /** That many more bytes of it have come. Throws `quota_exceeded` and `storage_full` when there is no room for more of it. */
  take(bytes: number): Promise<void>
  /** When the file is stored and counted, or is not to be. */
  leave(): void
}

export interface Room {
  readonly rules: RoomRules
  /** Holds `announced` bytes, if the sender said how many come. Throws as `Place.take`. */
  enter(ownerId: Id, announced: number | null): Promise<Place>
}

export interface RoomPorts {
  readonly fileStore: Pick<FileStore, 'free'>
  readonly files: Pick<FileRecordStore, 'usage'>
}

/** Bytes after which it is looked again whether there is room: others may fill the disk too. */
const step = 4 * 1024 * 1024

/** Seconds after which somebody may have made room. */
const retryAfter = 300

interface Held {
  readonly ownerId: Id
  /** What the person is charged with meanwhile. */
  charged: number
  /** What of it has come. */
  come: number
}

/** What is held is of this node; that a person stays within the quota the database decides when the file is inserted. */
export function createRoom(ports: RoomPorts, rules: RoomRules): Room {
  const held = new Set<Held>()
  const sum = (of: (each: Held) => number): number => [...held].reduce((total, each) => total + of(each), 0)

  /** Charges the place with `bytes` more, if there is room for them and for whatever is still to come. */
  const charge = async (place: Held, bytes: number): Promise<void> => {
    const [used, free] = await Promise.all([
      rules.quota === null ? 0 : ports.files.usage(place.ownerId),
      ports.fileStore.free(),
    ])
    // From here to the end of the function nobody else comes in between.
    const ofOwner = sum((each) => (each.ownerId === place.ownerId ? each.charged : 0))
    if (rules.quota !== null && used + ofOwner + bytes > rules.quota) {
      throw new AppError('quota_exceeded', { limit: rules.quota })
    }
    const expected = sum((each) => each.charged - each.come)
    if (free - expected - bytes < rules.keptFree) throw new AppError('storage_full', { retryAfter })
    place.charged += bytes
  }

  return {
    rules,
    async enter(ownerId, announced) {
      const place: Held = { ownerId, charged: 0, come: 0 }
      held.add(place)
      let lookedAt = 0
      try {
        await charge(place, announced ?? 0)
      } catch (error) {
        held.delete(place)
        throw error
      }
      return {
        async take(bytes) {
          const missing = place.come + bytes - place.charged
          // Ahead, so that a sender who announces nothing does not make every piece be looked at; but the last bytes may be taken too.
          if (missing > 0) await charge(place, step).catch(() => charge(place, missing))
          else if (place.come + bytes - lookedAt >= step) await charge(place, 0)
          else {
            place.come += bytes
            return
          }
          place.come += bytes
          lookedAt = place.come
        },
        leave: () => void held.delete(place),
      }
    },
  }
}
