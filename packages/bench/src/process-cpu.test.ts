import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { parseBusyTicks, parseStat, sampleProcesses } from './process-cpu.ts'

describe('process times', () => {
  test('a stat line is read past a process name with brackets and spaces', () => {
    const line =
      '77 (post) gres: (x) S 12 77 77 0 -1 4194560 1 2 3 4 250 50 30 20 20 0 13 0 25 52133888 4916 18446744073709551615'
    expect(parseStat(line)).toEqual({ pid: 77, parent: 12, ticks: 300, childTicks: 50, rssPages: 4916 })
  })

  test('the machine is busy with all but idle and waiting, counted once', () => {
    expect(parseBusyTicks('cpu  100 20 30 5000 400 1 2 3 50 60\ncpu0 1 2 3 4 5 6 7 8 9 10\n')).toBe(156)
  })

  test('a group counts its children, and the excluded branch only on its own side', async () => {
    // By CPU time and not by the clock on the wall: other work on the machine must not shorten it.
    const burn =
      'const used=()=>{const u=process.cpuUsage();return u.user+u.system};while(used()<300000);console.log("done");setInterval(()=>{},1e4)'
    const parent = spawn(process.execPath, [
      '-e',
      `const c=require('child_process').spawn(process.execPath,['-e',${JSON.stringify(burn)}]);
       c.stdout.on('data',()=>console.log(c.pid));process.on('SIGTERM',()=>{c.kill('SIGKILL');process.exit()})`,
    ])
    try {
      const [output] = await once(parent.stdout, 'data')
      const child = Number(String(output))
      const server = parent.pid ?? 0
      const together = sampleProcesses({ server, database: null })
      const apart = sampleProcesses({ server, database: child })
      expect(together.serverCpu).toBeGreaterThan(0.2)
      expect(together.databaseCpu).toBeNull()
      expect(apart.databaseCpu).toBeGreaterThan(0.2)
      expect(apart.serverCpu ?? 0).toBeLessThan((together.serverCpu ?? 0) - 0.15)
      expect(apart.serverRssBytes).toBeGreaterThan(10_000_000)
    } finally {
      parent.kill('SIGTERM')
      await once(parent, 'exit')
    }
  })
})
