// How a running server hears what the command line did beside it: through the database, on the connection that holds the server's lock.
// What is missed while that is away is found by the reconciler, like every event that is lost.
import type pg from 'pg'
import type { Envelope } from '../core/events.ts'

const channel = 'parley_operator'

/** PostgreSQL refuses more than 8000 bytes. */
const maxBytes = 7_900

/** Tells the server, if one runs, to publish the envelopes. */
export async function sendNotices(
  client: Pick<pg.Pool, 'query'>,
  envelopes: readonly Envelope[],
): Promise<void> {
  for (const envelope of envelopes) {
    const text = JSON.stringify(envelope)
    if (Buffer.byteLength(text) <= maxBytes) await client.query('SELECT pg_notify($1, $2)', [channel, text])
  }
}

/** Calls back for every envelope from now on, as long as the connection lives. Whoever may write into the database is believed. */
export async function hearNotices(client: pg.Client, onNotice: (envelope: Envelope) => void): Promise<void> {
  client.on('notification', ({ payload = '' }) => {
    const envelope = readEnvelope(payload)
    if (envelope !== null) onNotice(envelope)
  })
  await client.query(`LISTEN ${channel}`)
}

/** Only of the kinds that the operator's commands emit. */
function readEnvelope(text: string): Envelope | null {
  try {
    const { audience, event } = JSON.parse(text) as Envelope
    const isKnown = event.type === 'session_revoked' || event.type === 'me_updated'
    return isKnown && audience.kind === 'users' ? { audience, event } : null
  } catch {
    return null
  }
}
