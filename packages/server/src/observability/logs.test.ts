// Levels by layer, and that secrets planted in log data never come out.
import { describe, expect, test } from 'vitest'
import { createLogs, type LogLevels, parseLogLevels } from './logs.ts'

function recorded(levels: LogLevels) {
  const lines: string[] = []
  const logs = createLogs(levels, { write: (line) => void lines.push(line) })
  return { logs, lines, parsed: () => lines.map((line) => JSON.parse(line)) }
}

const all = (level: LogLevels['http']): LogLevels => ({ http: level, ws: level, core: level, db: level })

describe('log levels', () => {
  test('one level is for all layers, exceptions come by name in any order', () => {
    expect(parseLogLevels('warn')).toEqual(all('warn'))
    expect(parseLogLevels('warn, http=info,db=debug')).toEqual({
      http: 'info',
      ws: 'warn',
      core: 'warn',
      db: 'debug',
    })
    expect(parseLogLevels('db=error,debug')).toEqual({ ...all('debug'), db: 'error' })
    expect(parseLogLevels('ws=silent')).toEqual({ ...all('info'), ws: 'silent' })
  })

  test.each(['', 'loud', 'http=', 'http=loud', 'sql=info', 'http=info=warn', 'info;ws=debug'])(
    '%j is refused',
    (text) => {
      expect(parseLogLevels(text)).toBeNull()
    },
  )

  test('each layer keeps to its own level and says its name', () => {
    const { logs, parsed } = recorded({ ...all('warn'), db: 'debug' })
    logs.http.info({}, 'not written')
    logs.http.warn({ status: 1 }, 'written')
    logs.db.debug({ ms: 2 }, 'also written')
    expect(parsed()).toEqual([
      { level: 'warn', time: expect.stringMatching(/Z$/), layer: 'http', status: 1, msg: 'written' },
      { level: 'debug', time: expect.any(String), layer: 'db', ms: 2, msg: 'also written' },
    ])
  })
})

describe('a log line', () => {
  const canary = 'canary-5f1c'

  test('hides values under the names of secrets', () => {
    const { logs, lines } = recorded(all('debug'))
    logs.core.info({ password: canary, body: { password: canary, text: canary } }, 'x')
    logs.http.info({ headers: { authorization: canary, cookie: canary }, refresh_token: canary }, 'x')
    expect(lines).toHaveLength(2)
    expect(lines.join()).not.toContain(canary)
  })

  test('reduces an error to type, message, code, stack and causes, without the rows that drivers attach', () => {
    const { logs, lines, parsed } = recorded(all('info'))
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: `Key (text)=(${canary})`,
    })
    logs.db.error({ err: new TypeError('could not write', { cause }) }, 'failed')
    expect(lines.join()).not.toContain(canary)
    expect(parsed()[0].err).toMatchObject({
      type: 'TypeError',
      message: 'could not write',
      stack: expect.stringContaining('logs.test.ts'),
      cause: { type: 'Error', message: 'duplicate key', code: '23505' },
    })
  })

  test('does not write out what was thrown instead of an error, nor endless causes', () => {
    const { logs, lines } = recorded(all('info'))
    const loop = new Error('loop')
    loop.cause = loop
    logs.core.error({ err: canary }, 'failed')
    logs.core.error({ err: loop }, 'failed')
    expect(lines).toHaveLength(2)
    expect(lines.join()).not.toContain(canary)
  })
})
