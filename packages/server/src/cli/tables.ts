// Accounts and sessions as text for a terminal: columns of one width, a line each.
import type { Session } from '@parley/protocol'
import type { AccountLine } from '../composition/operator.ts'

export function accountTable(accounts: readonly AccountLine[]): string {
  return table(
    ['NAME', 'EMAIL', 'STATE', 'ADMIN', 'SESSIONS', 'MADE', 'LAST SEEN'],
    accounts.map((account) => [
      account.username ?? '–',
      account.email ?? '–',
      stateOf(account),
      account.isAdmin ? 'admin' : '–',
      String(account.liveSessions),
      dayOf(account.createdAt),
      account.lastSeenAt === null ? '–' : dayOf(account.lastSeenAt),
    ]),
  )
}

function stateOf({ disabledAt, deactivatedAt }: AccountLine): string {
  if (disabledAt !== null) return 'disabled'
  return deactivatedAt === null ? 'active' : 'deactivated'
}

export function sessionTable(sessions: readonly Session[]): string {
  return table(
    ['ID', 'ADDRESS', 'LAST USED', 'WITH'],
    sessions.map(({ id, ip, last_used_at, user_agent }) => [id, ip, last_used_at, user_agent]),
  )
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10)

/** What people chose themselves moves no cursor of the terminal. */
const plain = (cell: string): string => cell.replaceAll(/\p{Cc}|\p{Cf}/gu, '?')

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map(plain))
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
