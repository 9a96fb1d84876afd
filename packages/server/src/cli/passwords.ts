// Where the command line gets a password from: standard input, the terminal, or by making one up.
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { OperatorFault } from './operator-fault.ts'

export interface PasswordSource {
  readonly password?: string
  readonly 'password-stdin'?: boolean
}

/** `made` where it was made up and must be told. */
export interface ChosenPassword {
  readonly password: string
  readonly made: boolean
}

/** Asks twice on a terminal; without one it makes a password up, unless one is given. */
export async function choosePassword(source: PasswordSource): Promise<ChosenPassword> {
  if (source.password !== undefined) {
    if (source['password-stdin'])
      throw new OperatorFault('--password and --password-stdin exclude each other')
    console.warn(
      'Others on this machine can see a password on the command line: --password-stdin reads one unseen.',
    )
    return { password: source.password, made: false }
  }
  if (source['password-stdin']) return { password: firstLine(await text(process.stdin)), made: false }
  if (!process.stdin.isTTY) return { password: randomBytes(15).toString('base64url'), made: true }
  return ask()
}

const firstLine = (input: string): string => input.split(/\r?\n/, 1)[0] ?? ''

async function ask(): Promise<ChosenPassword> {
  const password = await askUnseen('Password (empty to have one made up): ')
  if (password === '') return { password: randomBytes(15).toString('base64url'), made: true }
  if ((await askUnseen('The same again: ')) !== password) throw new OperatorFault('The two passwords differ')
  return { password, made: false }
}

/** Nothing that is typed is shown. */
async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  try {
    return await lines.question('')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
