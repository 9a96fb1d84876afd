// Every code as an HTTP answer.
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { errorCodes, errorRow, Problem } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import { endWithProblem, problemOf } from './problem.ts'
import { compileCheck } from './validate.ts'

const checkProblem = compileCheck(Problem)

describe('problemOf', () => {
  test.each(errorCodes)('%s has the status and title of the table and fits the schema', (code) => {
    const { status, headers, body } = problemOf(new AppError(code), 'request-1')
    expect(checkProblem(body)).toMatchObject({
      type: `/problems/${code}`,
      code,
      status: errorRow(code).status,
      title: errorRow(code).title,
      retryable: errorRow(code).retryable,
      request_id: 'request-1',
    })
    expect(status).toBe(errorRow(code).status)
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect('www-authenticate' in headers).toBe(status === 401)
    expect('retry-after' in headers).toBe([429, 503, 507].includes(status))
  })

  test('a limit says when and how much, in whole seconds of at least one', () => {
    const limited = problemOf(new AppError('rate_limited', { retryAfter: 11.2, limit: 60 }), 'r')
    expect(limited.headers).toMatchObject({
      'retry-after': '12',
      ratelimit: '"default";r=0;t=12',
      'ratelimit-policy': '"default";q=60',
    })
    expect(problemOf(new AppError('rate_limited', { retryAfter: 0 }), 'r').headers['retry-after']).toBe('1')
  })

  test('a more exact status of HTTP brings its own title', () => {
    expect(problemOf(new AppError('invalid_request'), 'r', 408)).toMatchObject({
      status: 408,
      body: { status: 408, title: 'Request Timeout', code: 'invalid_request' },
    })
  })

  test('shows detail and faults, and nothing else of the error', () => {
    const error = new AppError(
      'invalid_request',
      { detail: 'Only one', limit: 3, errors: [{ path: '/a', message: 'is required' }] },
      { cause: new Error('canary') },
    )
    const { body } = problemOf(error, 'r')
    expect(body).toMatchObject({ detail: 'Only one', errors: [{ path: '/a', message: 'is required' }] })
    expect(JSON.stringify(body)).not.toContain('canary')
    expect(Object.keys(body)).not.toContain('stack')
  })
})

test('by hand it is written as HTTP, with the headers of its code and its name, and the connection ends', async () => {
  const socket = new PassThrough()
  const answer = problemOf(new AppError('rate_limited', { retryAfter: 3, detail: 'Too fast — wait' }), 'r')
  endWithProblem(socket, answer)
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  const [status, ...lines] = head.split('\r\n')
  expect(status).toBe('HTTP/1.1 429 Too Many Requests')
  expect(Object.fromEntries(lines.map((line) => line.split(': ')))).toEqual({
    ...answer.headers,
    'x-content-type-options': 'nosniff',
    'x-request-id': 'r',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  })
  expect(checkProblem(JSON.parse(body))).toEqual(answer.body)
})
