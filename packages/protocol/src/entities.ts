// The objects of the messenger as every door shows them. An object that belongs to a chat is the same for all viewers;
// only ChatView is one person's.
import Type, { type Static, type TSchema } from 'typebox'
import { Id, Seq, Time, Version } from './ids.ts'
import { limits } from './limits.ts'
import { visiblePattern } from './text.ts'

const closed = { additionalProperties: false } as const
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/**
 * Letters with their marks, digits, underscore, dot and hyphen; nothing that cannot be seen (Hangul fillers are letters). At least
 * one letter or digit, no mark at the beginning, no dot at either end.
 */
export const usernamePattern =
  '^(?![.\\p{M}])(?=.*[\\p{L}\\p{N}])(?:(?!\\p{Default_Ignorable_Code_Point})[\\p{L}\\p{M}\\p{N}_.-])+(?<!\\.)$'

export const Username = Type.String({
  minLength: limits.usernameMin,
  maxLength: limits.usernameMax,
  pattern: usernamePattern,
  description:
    'Letters, digits, underscore, dot, hyphen, no dot at an end; of one script (or of those that are written together). Unique without regard to case, spelling and look-alikes of other scripts',
})
/** A part, an @ and a part, of what can be seen and no spaces. */
export const emailPattern =
  '^[^\\s@\\p{Cc}\\p{Default_Ignorable_Code_Point}]+@[^\\s@\\p{Cc}\\p{Default_Ignorable_Code_Point}]+$'

export const Email = Type.String({
  minLength: 3,
  maxLength: limits.emailMax,
  pattern: emailPattern,
  description:
    'A part, an @ and a part, without spaces; unique without regard to case and to how the domain is written',
})
export const Name = Type.String({
  minLength: 1,
  maxLength: limits.nameMax,
  pattern: visiblePattern,
  description: 'What a person is called, in one line; what cannot be seen is taken out of it',
})
export const Password = Type.String({
  minLength: limits.passwordMin,
  maxLength: limits.passwordMax,
  description: 'Not one that is easily guessed',
})
export const Title = Type.String({
  minLength: 1,
  maxLength: limits.titleMax,
  pattern: visiblePattern,
  description: 'What a group is called, in one line; what cannot be seen is taken out of it',
})
export const Description = Type.String({ maxLength: limits.descriptionMax })
export const MessageText = Type.String({
  minLength: 1,
  maxLength: limits.messageTextMax,
  pattern: visiblePattern,
  description: 'Something of it can be seen. Kept as it is sent',
})
/** Files to send: one's own, uploaded before. */
export const FileIds = Type.Array(Id, { maxItems: limits.filesPerMessage, uniqueItems: true })
export const Locale = Type.Enum(['en', 'ru'])
export const ChatKind = Type.Enum(['direct', 'group'])
export const Posting = Type.Enum(['everyone', 'admins'])
export const Visibility = Type.Enum(['private', 'public'])
export const Role = Type.Enum(['owner', 'admin', 'member'])
export type Role = Static<typeof Role>

/** The public profile of a person. A deleted account keeps its id, without name or username. */
export const User = Type.Object(
  {
    id: Id,
    username: nullable(Type.String()),
    name: Type.String(),
    bio: Type.String(),
    /** A file that everybody who is logged in may get. */
    avatar_id: nullable(Id),
    created_at: Time,
    deleted_at: nullable(Time),
  },
  closed,
)
export type User = Static<typeof User>

/**
 * Who sees somebody's email. Contacts are those with whom the person is in a private group in which the person wrote, or in a direct chat in which
 * both did.
 */
export const EmailVisibility = Type.Enum(['nobody', 'contacts', 'everybody'])
export type EmailVisibility = Static<typeof EmailVisibility>

/** One's own account: the public profile and what only its owner sees. */
export const Me = Type.Object(
  {
    ...User.properties,
    email: nullable(Type.String()),
    email_visibility: EmailVisibility,
    locale: Locale,
    is_admin: Type.Boolean(),
  },
  closed,
)
export type Me = Static<typeof Me>

export const Session = Type.Object(
  {
    id: Id,
    user_agent: Type.String(),
    ip: Type.String(),
    created_at: Time,
    last_used_at: Time,
    expires_at: Type.String({
      ...Time,
      description: 'When it ends: 60 days after it was last used, and 180 days after its login at the latest',
    }),
    current: Type.Boolean({ description: 'The session that asks' }),
  },
  closed,
)
export type Session = Static<typeof Session>

/** An uploaded file. Its bytes never change. */
export const File = Type.Object(
  {
    id: Id,
    name: Type.String({ minLength: 1, maxLength: limits.fileNameMax }),
    media_type: Type.String({ description: 'What the content is, whatever the uploader called it' }),
    size: Type.Integer({ minimum: 0, description: 'Bytes' }),
    width: nullable(
      Type.Integer({
        minimum: 1,
        description:
          'Pixels, as the image is shown: by its header until it was read, and null when it could not be',
      }),
    ),
    height: nullable(Type.Integer({ minimum: 1 })),
    created_at: Time,
    has_thumbnail: Type.Boolean({
      description: 'Made after the upload was answered; messages that carry the file are updated then',
    }),
  },
  closed,
)
export type File = Static<typeof File>

export const Message = Type.Object(
  {
    id: Id,
    chat_id: Id,
    seq: Seq,
    sender_id: Id,
    text: nullable(Type.String({ description: 'null once deleted; empty only where there are files' })),
    files: Type.Array(File, { maxItems: limits.filesPerMessage, description: 'None once deleted' }),
    reply_to_id: nullable(Id),
    created_at: Time,
    edited_at: nullable(Time),
    deleted_at: nullable(Time),
    version: Version,
  },
  closed,
)
export type Message = Static<typeof Message>

/** A former text of an edited message. `at` is when that text was written. */
export const Revision = Type.Object({ text: Type.String(), at: Time }, closed)
export type Revision = Static<typeof Revision>

export const Member = Type.Object(
  {
    chat_id: Id,
    user_id: Id,
    role: Role,
    joined_at: Time,
    joined_seq: Seq,
    read_seq: Type.Integer({
      minimum: 0,
      description: 'Cursor: only rises; merge by maximum, not by version',
    }),
    left_at: nullable(Time),
    version: Version,
  },
  closed,
)
export type Member = Static<typeof Member>

/** Who read a message, and when the reader's cursor passed it. */
export const MessageRead = Type.Object({ user_id: Id, at: Time }, closed)
export type MessageRead = Static<typeof MessageRead>

export const Chat = Type.Object(
  {
    id: Id,
    kind: ChatKind,
    title: nullable(Type.String()),
    description: Type.String(),
    posting: Posting,
    visibility: Visibility,
    created_by: Id,
    created_at: Time,
    deleted_at: nullable(Time),
    member_count: Type.Integer({ minimum: 0 }),
    direct_user_ids: nullable(
      Type.Array(Id, {
        minItems: 1,
        maxItems: 2,
        description: 'The people of a direct chat; one id: saved messages',
      }),
    ),
    last_seq: Seq,
    version: Version,
  },
  closed,
)
export type Chat = Static<typeof Chat>

export const Preferences = Type.Object(
  { muted_until: nullable(Time), pinned: Type.Boolean(), archived: Type.Boolean() },
  closed,
)
export type Preferences = Static<typeof Preferences>

/** A chat as one person sees it: the chat, and that person's place in it. */
export const ChatView = Type.Object(
  {
    ...Chat.properties,
    last_message: nullable(Message),
    role: nullable(Role),
    joined_seq: Seq,
    read_seq: Seq,
    unread_count: Type.Integer({
      minimum: 0,
      description: 'Messages of others, not deleted, after read_seq, as of `version`',
    }),
    fully_read_seq: Type.Integer({
      minimum: 0,
      description:
        'The smallest cursor of all other members, but no further than one who is or was a member has read',
    }),
    ...Preferences.properties,
  },
  closed,
)
export type ChatView = Static<typeof ChatView>
