// Every suite of the project in one place: units and integration beside their source, whole-system suites in tests/.
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/longest-first.ts'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'packages/*/test/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['packages/server/test/global-setup.ts'],
    // No module of the project keeps state, so files share a worker and what it has loaded.
    isolate: false,
    // One for each core: much of the time a test waits for a server, a browser or a clock.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // How long a test waits for what must come: as long as the slowest machine may need, for only a failure waits to the end.
    expect: { poll: { timeout: 20_000 } },
  },
})
