// Every code as an HTTP answer.
import { errorCodes, errorRow, Problem } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import { compileCheck } from '../wire/validate.ts'
import { appErrorOf, problemOf } from './problem.ts'

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
    expect('retry-after' in headers).toBe(status === 429 || status === 503)
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

describe('appErrorOf', () => {
  const withStatus = (statusCode: unknown) => Object.assign(new Error('canary'), { statusCode })

  test.each([
    [400, 'invalid_request'],
    [403, 'not_found'],
    [404, 'not_found'],
    [413, 'payload_too_large'],
    [414, 'invalid_request'],
    [415, 'unsupported_media_type'],
    [418, 'internal'],
    [500, 'internal'],
    ['400', 'internal'],
  ])('an error of the framework with status %s is %s', (status, code) => {
    expect(appErrorOf(withStatus(status))).toMatchObject({ code })
  })

  test.each([new Error('canary'), 'canary', null, undefined, { statusCode: 404 }])(
    'what nobody foresaw is internal and says nothing (%s)',
    (thrown) => {
      const error = appErrorOf(thrown)
      expect(error.code).toBe('internal')
      expect(error.cause).toBe(thrown)
      expect(JSON.stringify(problemOf(error, 'r').body)).not.toContain('canary')
    },
  )
})
