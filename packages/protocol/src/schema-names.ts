// Which schemas of the wire contract have a name in published documents, and how a schema is written there: as plain
// JSON Schema in which a named schema stands once, below `components/schemas`, and is referred to everywhere else.
import type { TSchema } from 'typebox'
import * as entities from './entities.ts'
import { ErrorCodeSchema, Problem } from './errors.ts'
import { Cursor, Id, Seq, Time, Version } from './ids.ts'
import { AuthAnswer, CreateDirect, CreateGroup, routes, SendBody, VersionMap } from './rest.ts'

/** A JSON Schema (2020-12) or a part of one: plain data, nothing but what JSON can carry. */
export type JsonSchema = { [key: string]: unknown }

/** Name in documents → schema. A schema that is not listed is written out where it is used. */
export const namedSchemas = {
  Id,
  Time,
  Seq,
  Version,
  Cursor,
  Username: entities.Username,
  Email: entities.Email,
  Name: entities.Name,
  Password: entities.Password,
  Title: entities.Title,
  Description: entities.Description,
  MessageText: entities.MessageText,
  EmailVisibility: entities.EmailVisibility,
  Locale: entities.Locale,
  ChatKind: entities.ChatKind,
  Posting: entities.Posting,
  Visibility: entities.Visibility,
  Role: entities.Role,
  ErrorCode: ErrorCodeSchema,
  User: entities.User,
  Me: entities.Me,
  Session: entities.Session,
  File: entities.File,
  FileIds: entities.FileIds,
  Message: entities.Message,
  Revision: entities.Revision,
  Member: entities.Member,
  MessageRead: entities.MessageRead,
  Chat: entities.Chat,
  Preferences: entities.Preferences,
  ChatView: entities.ChatView,
  AuthAnswer,
  ReadAnswer: routes.markRead.answers[200],
  SyncAnswer: routes.sync.answers[200],
  VersionMap,
  CreateDirect,
  CreateGroup,
  SendBody,
  Problem,
} as const satisfies Record<string, TSchema>

export interface SchemaWriter {
  /** The schema as it stands in the document: a `$ref` if it has a name, else written out. */
  write(schema: TSchema): JsonSchema
  /** Definitions of every named schema that was referred to so far, in the order of `namedSchemas`. */
  components(): Record<string, JsonSchema>
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/**
 * `Type.Optional` clones, so identity alone would miss optional fields; a clone is known by its content, if only one
 * name has that content (`Seq` and `Version` look the same: their clones are written out).
 */
const nameFinder = (): ((value: object) => string | undefined) => {
  const byIdentity = new Map<object, string>()
  const byContent = new Map<string, string | undefined>()
  for (const [name, schema] of Object.entries(namedSchemas)) {
    const content = JSON.stringify(schema)
    byIdentity.set(schema, name)
    byContent.set(content, byContent.has(content) ? undefined : name)
  }
  return (value) => byIdentity.get(value) ?? byContent.get(JSON.stringify(value))
}

/** A writer for one document. Keys that begin with `~` are TypeBox's own marks and are left out. */
export const createSchemaWriter = (): SchemaWriter => {
  const nameOf = nameFinder()
  const defined = new Map<string, JsonSchema>()

  const writeEntries = (value: object): JsonSchema =>
    Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !key.startsWith('~'))
        .map(([key, inner]) => [key, writeValue(inner)]),
    )

  const writeValue = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(writeValue)
    if (!isObject(value)) return value
    const name = nameOf(value)
    if (name === undefined) return writeEntries(value)
    if (!defined.has(name)) {
      defined.set(name, {})
      defined.set(name, writeEntries(value))
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  return {
    write: (schema) => writeValue(schema) as JsonSchema,
    components: () =>
      Object.fromEntries(
        Object.keys(namedSchemas).flatMap((name) => {
          const definition = defined.get(name)
          return definition === undefined ? [] : [[name, definition]]
        }),
      ),
  }
}
