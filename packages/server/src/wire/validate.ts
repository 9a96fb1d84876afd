// Schemas of the protocol as compiled checks. They accept or refuse: nothing is stripped, filled in or converted.
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { AppError } from '../core/errors.ts'
import { faultsOf } from './faults.ts'

/** Gives the value back, typed, or throws `invalid_request` with what is wrong where; never with the value itself. */
export type Check<T> = (value: unknown) => T

/**
 * The schema as a check, compiled with its first value: a server meets few of the schemas of all its doors. `at` is put before the paths of faults (JSON pointers), for values that are a part of
 * something larger.
 */
export function compileCheck<S extends TSchema>(schema: S, at = ''): Check<Static<S>> {
  let validator: ReturnType<typeof Compile<S>> | null = null
  const accepts = (value: unknown): value is Static<S> => {
    validator ??= Compile(schema)
    return validator.Check(value)
  }
  return (value) => {
    if (accepts(value)) return value
    const errors = faultsOf(schema, value).map((fault) => ({ ...fault, path: at + fault.path }))
    throw new AppError('invalid_request', { errors })
  }
}
