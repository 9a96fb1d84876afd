// Programs that a machine may have and that judge these files better than we do.
import { spawnSync } from 'node:child_process'

/** The first of the commands that answers to `version`; tells why when none does. */
export function findProgram(
  purpose: string,
  ...commands: readonly (readonly string[])[]
): readonly string[] | null {
  for (const command of commands) {
    const [program = '', ...args] = command
    if (spawnSync(program, [...args, 'version'], { stdio: 'ignore' }).status === 0) return command
  }
  const names = commands.map((command) => command.join(' ')).join(' nor ')
  console.log(`${purpose} is left to the other checks: this machine has no working ${names}`)
  return null
}

/** The exit code and all that it printed, as one line to compare. */
export function judge(command: readonly string[], env: Record<string, string> = {}): string {
  const [program = '', ...args] = command
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return status === 0 ? 'valid' : `code ${status}: ${stdout}${stderr}`
}
