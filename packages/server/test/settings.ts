// The settings of a server under test.
import type { AppSettings } from '../src/composition/app.ts'
import { dialectNames } from '../src/composition/dialect-doors.ts'
import { optimisations } from '../src/composition/tuning.ts'
import { parseLogLevels } from '../src/observability/logs.ts'

export type Overrides = Partial<Omit<AppSettings, 'http' | 'policy' | 'database'>> & {
  readonly http?: Partial<AppSettings['http']>
  readonly policy?: Partial<AppSettings['policy']>
}

/** On any free port of this machine. Rate limits are off and every answer is checked against its schema. */
export function testSettings(given: Overrides & Pick<AppSettings, 'database' | 'filesFolder'>): AppSettings {
  const logLevels = parseLogLevels(process.env.PARLEY_TEST_LOG ?? 'silent')
  if (logLevels === null) throw new Error('PARLEY_TEST_LOG is not a list of log levels')
  return {
    host: '127.0.0.1',
    port: 0,
    secret: 'a secret of the tests, 32 characters or more',
    rateLimits: 'off',
    writeInterval: 25,
    tuning: optimisations,
    logLevels,
    dialects: { enabled: dialectNames, ports: {} },
    ...given,
    policy: {
      registration: 'open',
      demo: false,
      testData: false,
      weakPasswords: 'dialects',
      ...given.policy,
    },
    http: {
      trustProxy: false,
      publicUrl: null,
      allowedOrigins: [],
      webRoot: null,
      checkAnswers: true,
      ...given.http,
    },
  }
}
