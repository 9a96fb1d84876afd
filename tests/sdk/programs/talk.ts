// A conversation as an application has it: accounts, a group, messages by events, and a connection that is lost on the way.
import type { ParleyClient, ParleyStatic } from '@parley/client'

/** The way to the server, in the hands of whoever runs this. */
export interface Wire {
  cut(): Promise<void>
  restore(): Promise<void>
}

/**
 * Resolves with the texts that the other one heard. `suffix` makes the usernames unique. Uses nothing from outside itself, so
 * that it can be handed to a page as text.
 */
export async function talk(sdk: ParleyStatic, url: string, suffix: string, wire: Wire): Promise<string[]> {
  const password = 'correct horse battery'
  const reached = (client: ParleyClient, status: string) =>
    new Promise<void>((resolve) => {
      const stop = client.onConnection((state) => {
        if (state.status !== status) return
        stop()
        resolve()
      })
    })
  const listen = async (client: ParleyClient, heard: string[], count: number) => {
    for await (const event of client.events()) {
      if (event.type !== 'message_created') continue
      heard.push(event.message.text ?? '')
      if (heard.length === count) return
    }
  }

  const bob = await sdk.register({ url }, { username: `bob_${suffix}`, password })
  const made = await sdk.register({ url }, { username: `ann_${suffix}`, password })
  await made.close()
  let saved = ''
  const ann = await sdk.login(
    {
      url,
      onTokens: ({ refreshToken }) => {
        saved = refreshToken
      },
    },
    { login: `ann_${suffix}`, password },
  )
  if (saved === '') throw new Error('The tokens were not handed out')

  const heard: string[] = []
  const listening = listen(bob, heard, 3)
  const group = await ann.chats.createGroup({ title: 'Lunch', memberIds: [bob.me?.id ?? ''] })
  const first = await group.send('Who is hungry?')

  const lost = Promise.all([reached(ann, 'waiting'), reached(bob, 'waiting')])
  await wire.cut()
  await lost
  const second = group.send('I am', { replyToId: first.id })
  const back = Promise.all([reached(ann, 'ready'), reached(bob, 'ready')])
  await wire.restore()
  ann.reconnect()
  bob.reconnect()
  await back
  await second
  await group.send('Who comes along?')
  await listening

  await ann.logout()
  await bob.close()
  return heard
}
