// Why the PostgreSQL of DATABASE_URL cannot be used, by what the driver and the server say.
import type { Config } from './config.ts'

interface DatabaseError extends Error {
  readonly code?: string
  readonly syscall?: string
}

/** Undefined when it is nothing that an operator can mend. The values of the address are named but for user and password. */
export function databaseFault(error: DatabaseError, { databaseUrl, dataDir }: Config): string | undefined {
  if (databaseUrl === undefined) {
    return error.code === '53100'
      ? `The disk of ${dataDir} (PARLEY_DATA_DIR) is full: free some space`
      : undefined
  }
  if (error.code === 'EACCES' && error.syscall !== 'connect') return undefined
  const url = new URL(databaseUrl)
  const place = url.searchParams.get('host') ?? (url.host || 'the local socket')
  return byCode(error, place, decodeURIComponent(url.pathname.slice(1))) ?? byMessage(error.message, place)
}

function byCode({ code, message }: DatabaseError, place: string, name: string): string | undefined {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `DATABASE_URL names the host ${place}, which cannot be found: correct the name`
    case 'ECONNREFUSED':
      return `DATABASE_URL leads to ${place}, where nothing listens: start PostgreSQL, or correct host and port`
    case 'ENOENT':
      return `DATABASE_URL leads to ${place}, where there is no socket of PostgreSQL: start it, or correct the folder`
    case 'EACCES':
      return `DATABASE_URL leads to ${place}, where this user may not enter: start Parley as another, or connect over the network`
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ECONNRESET':
      return noAnswer(place)
    case '28P01':
      return 'PostgreSQL refuses the user or the password of DATABASE_URL: correct them (special characters are written as %XX)'
    case '28000':
      return `PostgreSQL refuses DATABASE_URL (${message}): allow it in pg_hba.conf, or ask for TLS with ?sslmode=require`
    case '3D000':
      return `DATABASE_URL names the database ${name}, which is not there: make it (createdb ${name}), or correct the name`
    case '42501':
      return `The user of DATABASE_URL may not make tables (${message}): make it the owner of the database`
    case '53100':
      return `The disk of the PostgreSQL at ${place} (DATABASE_URL) is full: free some space there`
    case '53300':
      return `The PostgreSQL at ${place} (DATABASE_URL) has no connection left: raise its max_connections`
    case '57P03':
      return `The PostgreSQL at ${place} (DATABASE_URL) is still starting or stopping: try again`
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_HAS_EXPIRED':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `DATABASE_URL asks for TLS, and the certificate of ${place} is not trusted (${code}): name its authority with sslrootcert`
    default:
      return undefined
  }
}

/** What the driver says without a code. */
function byMessage(message: string, place: string): string | undefined {
  if (message.includes('does not support SSL')) {
    return `DATABASE_URL asks for TLS, and the PostgreSQL at ${place} has none: switch it on there, or leave sslmode out`
  }
  if (message.includes('client password must be a')) {
    return `DATABASE_URL has no password, and the PostgreSQL at ${place} asks for one: postgresql://user:password@host/name`
  }
  if (/timeout expired|Connection terminated|timed out/i.test(message)) return noAnswer(place)
  return undefined
}

const noAnswer = (place: string): string =>
  `DATABASE_URL leads to ${place}, which does not answer: look at host, port and firewall`
