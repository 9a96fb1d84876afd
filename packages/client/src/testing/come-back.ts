// A client on its way back, on a clock that the test moves.
import type { ParleyClient } from '../types.ts'
import type { FakeClock } from './fake-clock.ts'
import { until } from './until.ts'

/** Lets the back-off pass until the client, whose connection was lost, is ready again. */
export async function comeBack(client: ParleyClient, clock: FakeClock): Promise<void> {
  await until(() => client.connectionState().status === 'waiting')
  const state = client.connectionState()
  if (state.status === 'waiting') clock.advance(state.retryAt - clock.now())
  await until(() => client.connectionState().status === 'ready')
}
