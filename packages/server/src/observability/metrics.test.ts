// The text that Prometheus reads.
import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

test('what was counted can be read', async () => {
  const metrics = createMetrics()
  metrics.httpAnswered({ method: 'GET', route: '/api/v1/chats/:chat_id', status: 200, seconds: 0.003 })
  metrics.socketOpened()
  metrics.socketOpened()
  metrics.socketClosed(4401)
  metrics.frameReceived('send_message')
  metrics.delivered(12)
  metrics.sent('created')
  metrics.batchWritten(7)
  const { contentType, text } = await metrics.expose()
  expect(contentType).toContain('text/plain')
  const lines = text.split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'parley_http_request_duration_seconds_count{method="GET",route="/api/v1/chats/:chat_id",status="200"} 1',
      'parley_sockets 1',
      'parley_socket_closes_total{code="4401"} 1',
      'parley_frames_received_total{type="send_message"} 1',
      'parley_frames_delivered_total 12',
      'parley_sends_total{outcome="created"} 1',
      'parley_message_batch_size_sum 7',
    ]),
  )
  expect(text).toContain('nodejs_eventloop_lag_seconds')
})

test('two servers in one process do not count for each other', async () => {
  const [one, other] = [createMetrics(), createMetrics()]
  one.socketOpened()
  expect((await one.expose()).text).toContain('parley_sockets 1')
  expect((await other.expose()).text).toContain('parley_sockets 0')
})
