// A chat with a listening socket for everyone around it. Silence is known to be real, not late: after a action everyone writes to
// themselves and hears of it through the same bus, so whatever the action had to tell has come before.
import type { Id } from '@parley/protocol'
import { serverFrames } from '@parley/protocol'
import { Compile } from 'typebox/compile'
import { type Heard, Listener } from './listener.ts'
import type { Person } from './people.ts'
import type { Kind, Scene, Stage } from './stage.ts'

/** `tablet` is a second session of the owner. */
export const ears = ['owner', 'tablet', 'admin', 'member', 'ex_member', 'peer', 'stranger'] as const
export type Ear = (typeof ears)[number]

interface Place {
  readonly person: Person
  readonly listener: Listener
  /** The saved messages of the person. */
  readonly ownChatId: Id
  /** How much of what was heard was told before. */
  told: number
}

const checks = new Map(Object.entries(serverFrames).map(([type, schema]) => [type, Compile(schema)]))

export class Hearing {
  readonly stage: Stage
  readonly scene: Scene
  readonly tablet: Person
  /** A socket of the owner whose session was ended before anything happened. */
  readonly revoked: Listener
  readonly #places: Readonly<Record<Ear, Place>>

  private constructor(
    stage: Stage,
    scene: Scene,
    tablet: Person,
    revoked: Listener,
    places: Readonly<Record<Ear, Place>>,
  ) {
    this.stage = stage
    this.scene = scene
    this.tablet = tablet
    this.revoked = revoked
    this.#places = places
  }

  static async begin(stage: Stage, kind: Kind): Promise<Hearing> {
    const scene = await stage.scene(kind, await stage.cast())
    const { owner } = scene.cast
    const [tablet, phone] = await Promise.all([stage.people.again(owner), stage.people.again(owner)])
    const revoked = await Listener.enter(stage.server.url, phone.token)
    await stage.door.ask('logout', phone.token, { body: {} })
    await revoked.closed
    const places = await Promise.all(
      ears.map(async (ear) => {
        const person = ear === 'tablet' ? tablet : scene.cast[ear]
        const { chat } = await stage.door.ask('createChat', person.token, {
          body: { kind: 'direct', user_id: person.id },
        })
        const listener = await Listener.enter(stage.server.url, person.token)
        return [ear, { person, listener, ownChatId: chat.id, told: 0 }] as const
      }),
    )
    const hearing = new Hearing(
      stage,
      scene,
      tablet,
      revoked,
      Object.fromEntries(places) as Record<Ear, Place>,
    )
    await hearing.heard()
    return hearing
  }

  listener(ear: Ear): Listener {
    return this.#places[ear].listener
  }

  /** What each was told since the last call, once nothing more can come of what was done, or the socket is closed. */
  async heard(): Promise<Record<Ear, Heard[]>> {
    const heard = await Promise.all(
      ears.map(async (ear) => [ear, await this.#news(this.#places[ear])] as const),
    )
    return Object.fromEntries(heard) as Record<Ear, Heard[]>
  }

  end(): void {
    for (const ear of ears) this.listener(ear).leave()
  }

  async #news(place: Place): Promise<Heard[]> {
    const { listener, person, ownChatId } = place
    const answer = await this.stage.door.call('sendMessage', person.token, {
      params: { chat_id: ownChatId },
      body: { text: 'mark' },
    })
    if (answer.status === 401) await listener.closed
    else {
      const mark: unknown = JSON.parse(answer.text).message.id
      await listener.until(
        'the mark',
        (frame) => frame.type === 'message_created' && frame.message.id === mark,
      )
    }
    const news = listener.heard.slice(place.told)
    place.told = listener.heard.length
    for (const frame of news)
      if (!checks.get(frame.type)?.Check(frame)) throw new Error(JSON.stringify(frame))
    return news.filter((frame) => !('chat_id' in frame) || frame.chat_id !== ownChatId)
  }
}
