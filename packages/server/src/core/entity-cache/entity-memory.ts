// Entities of one kind by their ids: from memory, or else read together and remembered.
import type { Id } from '@parley/protocol'
import type { MaybePromise } from './maybe-promise.ts'
import { TtlCache, type TtlCacheBounds } from './ttl-cache.ts'

interface Entity {
  readonly id: Id
}

/** A list of so few is gone through quicker than a map of them is made: an event names one or two. */
const few = 8

/** Entities that were looked up together. */
export class Found<V extends Entity> {
  private readonly values: readonly V[]
  private byId: Map<Id, V> | null = null

  constructor(values: readonly V[]) {
    this.values = values
  }

  /** Throws for an id that was not asked for. */
  get(id: Id): V {
    const value = this.values.length > few ? this.mapped().get(id) : this.listed(id)
    if (value === undefined) throw new Error('Something is named that was not looked up')
    return value
  }

  private listed(id: Id): V | undefined {
    for (const value of this.values) if (value.id === id) return value
    return undefined
  }

  private mapped(): ReadonlyMap<Id, V> {
    this.byId ??= new Map(this.values.map((value) => [value.id, value]))
    return this.byId
  }
}

export class EntityMemory<V extends Entity> {
  private readonly cache: TtlCache<V>
  private readonly read: (ids: readonly Id[]) => Promise<V[]>

  /** `read` leaves out those that do not exist. */
  constructor(now: () => number, bounds: TtlCacheBounds, read: (ids: readonly Id[]) => Promise<V[]>) {
    this.cache = new TtlCache(now, bounds)
    this.read = read
  }

  /** All of them; a promise when some have to be read, which is one call for all. It rejects for ids that do not exist. */
  of(ids: Iterable<Id>): MaybePromise<Found<V>> {
    const known: V[] = []
    let missing: Set<Id> | null = null
    for (const id of ids) {
      const value = this.cache.get(id)
      if (value !== undefined) {
        known.push(value)
      } else {
        missing ??= new Set()
        missing.add(id)
      }
    }
    return missing === null ? new Found(known) : this.readBeside(known, [...missing])
  }

  /** An event says that the entity changed. */
  forget(id: Id): void {
    this.cache.forget(id)
  }

  /** Reads again when something was forgotten meanwhile: the rows may be older than the event that said so. */
  private async readBeside(known: readonly V[], ids: readonly Id[]): Promise<Found<V>> {
    for (;;) {
      const { generation } = this.cache
      const values = await this.read(ids)
      if (this.cache.generation !== generation) continue
      for (const value of values) this.cache.set(value.id, value)
      if (values.length < ids.length) {
        throw new Error('There is a reference to something that does not exist')
      }
      return new Found([...known, ...values])
    }
  }
}
