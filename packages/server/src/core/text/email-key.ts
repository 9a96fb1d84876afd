// The form under which addresses of email count as the same.
import { domainToASCII } from 'node:url'
import { nfkcCasefold } from './nfkc-casefold.ts'

/**
 * The local part folded, the domain as DNS knows it (`bücher.example` and `xn--bcher-kva.example` are one). A text without @ is only
 * folded. Applying it again changes nothing.
 */
export function emailKey(email: string): string {
  const at = email.lastIndexOf('@')
  return at < 0
    ? nfkcCasefold(email)
    : `${nfkcCasefold(email.slice(0, at))}@${domainKey(email.slice(at + 1))}`
}

/** Not folded first: `straße.example` and `strasse.example` are different domains. What is no domain is a text that is folded. */
function domainKey(given: string): string {
  const domain = given.replace(/\.$/, '')
  // The parser of addresses would take more than a name for one.
  const ascii = /^[^\p{White_Space}/:?#@[\]\\%]+$/u.test(domain) ? domainToASCII(domain) : ''
  return ascii === '' ? nfkcCasefold(domain) : ascii
}
