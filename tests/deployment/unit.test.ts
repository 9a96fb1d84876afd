// The unit for systemd: hardened as far as the server lets it, by what systemd says of it where it is there.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from './build-context.ts'

const path = join(projectRoot, 'deploy/parley.service')
const text = readFileSync(path, 'utf8')
const settings = new Map(
  [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value] as const),
)
/** Of ten; a service without any of it is at 9.6. */
const mostExposure = 2

test('P12: it can write to the checkout alone, has no rights, and may make code as V8 does', () => {
  expect(Object.fromEntries(settings)).toMatchObject({
    User: 'parley',
    ProtectSystem: 'strict',
    ReadWritePaths: settings.get('WorkingDirectory'),
    ProtectHome: 'true',
    PrivateTmp: 'true',
    PrivateDevices: 'true',
    NoNewPrivileges: 'true',
    CapabilityBoundingSet: '',
    RestrictAddressFamilies: 'AF_UNIX AF_INET AF_INET6 AF_NETLINK',
    MemoryDenyWriteExecute: 'false',
  })
  expect(text).toContain('SystemCallFilter=@system-service\nSystemCallFilter=~@privileged\n')
  expect(settings.has('MemoryMax')).toBe(true)
})

test('P5: its stop reaches the server, which stops PostgreSQL itself', () => {
  expect(settings.get('KillMode')).toBe('mixed')
})

test('P12: systemd finds it little exposed', () => {
  const { status, stdout, error } = spawnSync('systemd-analyze', ['security', '--offline=true', path], {
    encoding: 'utf8',
  })
  if (error !== undefined) return expect(error).toMatchObject({ code: 'ENOENT' })
  expect(status).toBe(0)
  const [, exposure] = /Overall exposure level for parley\.service: ([\d.]+)/.exec(stdout) ?? []
  expect(Number(exposure)).toBeLessThanOrEqual(mostExposure)
})
