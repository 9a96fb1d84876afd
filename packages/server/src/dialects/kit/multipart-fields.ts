// Forms written as multipart/form-data (RFC 7578): the same fields as in the other way to write forms. Files have calls of their own.
// Not `Response.formData()`: Node 24 puts U+FFFD in place of what is no UTF-8, and bounds neither fields nor heads; 128 KiB of heads take 18 ms of
// it (here 0.15 ms), of fields 10 ms (0.13 ms), before anything can be refused.
import { AppError } from '../../core/errors.ts'
import { unescapedName } from '../../http/uploads.ts'
import { wrongValue } from './errors.ts'

/** More than a form of these contracts has, or a client adds. */
const maxFields = 64
/** Characters of what stands before a field's text. */
const maxHead = 1_024
/** RFC 2046 §5.1.1. */
const maxBoundary = 70

/**
 * The fields of a body, in their order. Throws `invalid_encoding` for what is no UTF-8, and `invalid_request` for what is no such body, is cut
 * off, holds a file or has too many fields.
 */
export function multipartFields(contentType: string, body: Uint8Array): URLSearchParams {
  const [, ...parts] = partsOf(contentType, textOf(body))
  const end = parts.pop()
  if (parts.length > maxFields) throw invalid(`must not have more than ${maxFields} fields`)
  if (end === undefined || !/^--[\t ]*(?:\r\n|$)/.test(end))
    throw invalid('is no multipart/form-data, or cut off')
  return new URLSearchParams(parts.map(fieldOf))
}

/** What stands before the first boundary, which is for nobody, every field, and what stands after the last boundary. */
function partsOf(contentType: string, text: string): string[] {
  const boundary = valueIn(contentType, /;[\t ]*boundary=(?:"([^"]*)"|([^\s;"]+))/i)
  if (!boundary || boundary.length > maxBoundary) throw invalid('says no boundary')
  return `\r\n${text}`.split(`\r\n--${boundary}`, maxFields + 3)
}

function fieldOf(part: string): [name: string, text: string] {
  const [head = ''] = part.split('\r\n\r\n', 1)
  if (head.length === part.length || head.length > maxHead) throw invalid('has a part without a head')
  const [padding = '', ...lines] = head.split('\r\n')
  if (padding.trim() !== '') throw invalid('is no multipart/form-data')
  const disposition = lines.find((line) => line.toLowerCase().startsWith('content-disposition:')) ?? ''
  const name = valueIn(disposition, /;[\t ]*name=(?:"([^"]*)"|([^\s;"]+))/i)
  if (name === null) throw invalid('has a field without a name')
  if (/;[\t ]*filename\*?=/i.test(disposition)) throw invalid('must not hold a file')
  return [unescapedName(name), part.slice(head.length + 4)]
}

/** A parameter of a header, between quotation marks or without. */
function valueIn(header: string, parameter: RegExp): string | null {
  const found = parameter.exec(header)
  return found === null ? null : (found[1] ?? found[2] ?? '')
}

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch (cause) {
    throw new AppError('invalid_encoding', {}, { cause })
  }
}

const invalid = (message: string): AppError => wrongValue('/body', message)
