// What is thrown, as an error of the core.
import { describe, expect, test } from 'vitest'
import { problemOf } from '../wire/problem.ts'
import { appErrorOf } from './errors.ts'

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
