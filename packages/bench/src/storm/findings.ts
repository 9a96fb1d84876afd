// From the rounds of a storm to its table.
import type { Findings, FindingsRow } from '../scenarios/study.ts'
import { median } from '../statistics.ts'
import type { Return } from './crowd.ts'
import type { StormSizes } from './sizes.ts'
import type { StatementCount } from './statements.ts'

/** One return of everybody. Seconds count from the cut, or from the moment that the server was killed. */
export interface Round {
  readonly back: Return
  /** From the start of the new server to its first good answer; null where it was not killed. */
  readonly readySeconds: number | null
  readonly firstBackSeconds: number
  readonly middleBackSeconds: number
  readonly allBackSeconds: number
  readonly statements: readonly StatementCount[]
  /** Seconds. */
  readonly cpu: { readonly server: number; readonly database: number }
}

const statementsShown = 8
/** What a client's loss costs, not its return. */
const leaving = /^\s*UPDATE users SET last_seen_at/

export function stormFindings(
  rounds: Readonly<Record<'cut' | 'killed', readonly Round[]>>,
  sizes: StormSizes,
  serverFailures: number,
): Findings {
  const { clients } = sizes
  const crowd = clients.toLocaleString('en')
  const row = (label: string, value: (round: Round) => number | null, digits: number): FindingsRow => ({
    label,
    values: [rounds.cut, rounds.killed].map((each) =>
      median(each.map(value).filter((one): one is number => one !== null)),
    ),
    digits,
  })
  const calls = (round: Round, ofLeaving: boolean): number =>
    round.statements
      .filter(({ text }) => leaving.test(text) === ofLeaving)
      .reduce((total, one) => total + one.calls, 0)
  return {
    tables: [
      {
        title: `${crowd} clients with ${sizes.chatsEach} chats each, who missed ${sizes.messagesMissed} messages in each`,
        columns: ['all sockets cut', 'server killed'],
        rows: [
          row('new server ready after its start, s', (round) => round.readySeconds, 2),
          row('first client back, s', (round) => round.firstBackSeconds, 2),
          row('half of the clients back, s', (round) => round.middleBackSeconds, 2),
          {
            ...row('all clients back, s', (round) => round.allBackSeconds, 2),
            goal: { says: `storm of ${crowd}: all back within 5 s of the kill`, column: 1, atMost: 5 },
          },
          {
            ...row(
              'statements to the database per client that came back',
              (round) => calls(round, false) / clients,
              2,
            ),
            goal: { says: `storm of ${crowd}: at most 2 statements for each`, column: 0, atMost: 2 },
          },
          row(
            'statements that note when a client was last seen, each',
            (round) => calls(round, true) / clients,
            2,
          ),
          {
            label: 'answers of 5xx, most of any round',
            values: [rounds.cut, rounds.killed].map((each) =>
              Math.max(...each.map(({ back }) => back.failures.length)),
            ),
            digits: 0,
            goal: { says: `storm of ${crowd}: no answer of 5xx`, column: 1, atMost: 0 },
          },
          row('attempts that met no server', (round) => round.back.refused, 0),
          row('server CPU ms per client', (round) => (round.cpu.server / clients) * 1000, 2),
          row('database CPU ms per client', (round) => (round.cpu.database / clients) * 1000, 2),
        ],
      },
    ],
    notes: [
      'Seconds count from the cut, or from the kill. A client is back when its `ready` has come, with every message that it missed: ' +
        'that is checked. After a cut all clients come at once; while there is no server each tries again after a random time ' +
        'of up to a second. The CPU of a killed server counts from its start, start included.',
      `Answers of 5xx that the server itself counted: ${serverFailures}.`,
      `Statements by pg_stat_statements, the last storm after a cut:\n${statementLines(rounds.cut.at(-1)?.statements ?? [], clients)}`,
    ],
  }
}

const statementLines = (statements: readonly StatementCount[], clients: number): string =>
  statements
    .slice(0, statementsShown)
    .map(
      ({ text, calls }) =>
        `- ${(calls / clients).toFixed(2)} × \`${text.replace(/\s+/g, ' ').trim().slice(0, 100)}\``,
    )
    .join('\n')
