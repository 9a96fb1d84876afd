// npm test: the checks, then every test, then one line with the result. With files as arguments only their tests.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { runChecks } from './check.mjs'
import { ensureChromium } from './chromium.mjs'
import { ensureInstalled, node24, node24Environment } from './install.mjs'
import { packageProgram, runForeground, runScript } from './project.mjs'

const args = process.argv.slice(2)
const everything = args.every((arg) => arg.startsWith('-'))
/** Browser tests drive the built app, those of the SDK a page of their own. */
const withApp = everything || args.some((arg) => arg.includes('e2e'))
const withBrowser = withApp || args.some((arg) => arg.includes('sdk'))

await runScript(async () => {
  await ensureInstalled()
  const browser = withBrowser ? { CHROMIUM_PATH: await ensureChromium() } : {}
  if (withApp) await ensureBuilt()
  const failedChecks = everything ? await runChecks({ withArchitecture: false }) : []
  const result = await runTests(browser)
  if (failedChecks.length > 0) console.log(`Checks that failed: ${failedChecks.join(', ')}`)
  const failed = result.failed + failedChecks.length
  const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : ''
  console.log(`${result.passed} passed, ${failed} failed${skipped}`)
  return failed === 0 ? 0 : 1
})

async function runTests(browser) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-report-'))
  const report = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const code = await runForeground(
      node24(),
      [packageProgram('vitest/vitest.mjs'), 'run', ...reporters, ...args],
      {
        env: { ...node24Environment(), ...browser },
      },
    )
    return summary(code, await readReport(report))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** None if the run ended before it could be written. */
async function readReport(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * A file that could not be loaded has no failed test and is a failure all the same; so is a run that ended badly for
 * any other reason (an error outside a test, an interruption).
 */
function summary(code, report) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = report.numFailedTests + brokenFiles.length
  return {
    passed: report.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}
