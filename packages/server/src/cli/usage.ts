// What the command line can do, in words.
import { demoNames } from '../composition/dialect-demos.ts'
import { sourceNames } from '../storage/sources/source-names.ts'

/** The command line was not understood; the message says which part of it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage = `Usage: parley <command>

  serve                     run the messenger (the default)
  migrate                   bring the database to this version, then exit
  demo                      fill the messenger with people, chats and messages, then exit
    --seed N                with others
    --like NAME             with the few of ${demoNames.join(' or ')}
  user add NAME             make an account, whether registration is open or closed; a NAME with an @ is an email
    --email ADDRESS         its email too
    --name NAME             how others see it
    --admin                 an administrator
  user list                 all accounts
  user passwd NAME          give an account a new password, and end its sessions
  user disable NAME         end its sessions and let nobody log in to it
  user enable NAME          let its owner log in again
  user admin NAME on|off    make somebody an administrator, or not
  user sessions NAME        where somebody is logged in
    --end ID                end that session
    --end-all               end all of them
  import                    take over what another program keeps, beside a running server or without one
    --from NAME             the program: ${sourceNames.join(', ')}
    --database URL          its PostgreSQL, which is only read
    --media FOLDER          where it keeps files
    --match email           whoever has an account here with the same email is the same person
    --dry-run               count what would come, and write nothing
    --report FILE           every row that could not be taken as it was, as a line of JSON
  help                      this text

A password is asked on a terminal, read from standard input with --password-stdin, or made up and printed; --password TEXT shows it to
everybody on this machine. What a command changes reaches a running server at once.

Configuration comes from the environment and from .env; see README.md.`
