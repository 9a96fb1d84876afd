// Every number that a client can run into. Doors and core enforce these; the SDK and the web app read them.

/** Bounds on what a client may send or ask for. Lengths are Unicode code points (text.ts) unless a name says bytes. */
export const limits = {
  usernameMin: 3,
  usernameMax: 50,
  emailMax: 254,
  nameMax: 128,
  bioMax: 500,
  passwordMin: 8,
  passwordMax: 256,
  titleMax: 128,
  descriptionMax: 1000,
  messageTextMax: 10_000,
  /** Files that one message may carry. */
  filesPerMessage: 10,
  /** Uploads of one person that may be under way at once. */
  uploadsAtOnce: 4,
  fileNameMax: 255,
  fileBytes: 50 * 1024 * 1024,
  avatarBytes: 5 * 1024 * 1024,
  /** Pixels of an image; of a file with more no dimensions and no thumbnail are made. */
  imagePixels: 50_000_000,
  /** Each side of an image, in pixels; beyond it as for `imagePixels`. */
  imageSide: 16_384,
  /** The longer side of a thumbnail, in pixels. */
  thumbnailSide: 640,
  /** Both sides of an avatar, in pixels. */
  avatarSide: 256,
  /** Members that one call may add. */
  membersPerCall: 1000,
  /** Members that a group may have. */
  membersPerChat: 20_000,
  /** Items of a page, for every paged call. */
  pageMax: 100,
  pageDefault: 50,
  /** People that one socket may watch for presence. */
  watchedUsers: 500,
  /** Chats that `hello` and `sync` may name. */
  resumeChats: 1000,
  /** Changed objects of one chat that a resume lists before it answers `gap`. */
  resumeObjectsPerChat: 200,
  /** Changed objects in all that a resume lists; chats beyond it are in `gaps`. */
  resumeObjects: 5000,
  /** Chats in `ready` or in an answer of `sync`; more come by `GET /chats` with `next_cursor`. */
  readyChats: 500,
  /** Every read is told to all members up to this many; in larger chats only to the reader's own devices. */
  receiptFanoutMembers: 100,
  /** A body of the largest call; those of smaller calls are bounded by what their fields can hold. */
  httpBodyBytes: 128 * 1024,
  /** Holds the longest text however it is written: 12 bytes a code point where JSON escapes both halves of a pair. */
  frameBytes: 128 * 1024,
  /** Sockets that one account may have open. */
  socketsPerUser: 50,
} as const

/**
 * How much may be asked for, in the units in which calls and frames cost: `burst` at once, and what flows in. A person has one budget
 * for everything, however many sessions and sockets; whoever has not said yet who it is spends the one of the address (of the /64 in
 * IPv6). Refusals cost too. After `patience` refusals sockets are closed and answers of HTTP come late, until the budget is full again.
 * What is allowed to an address is carried out at its `pace` (units a second), if need be later, so that a crowd does not come at once.
 * Of the calls `atOnce` are carried out side by side and `waiting` wait in line; beyond them calls are refused.
 */
export const budgets = {
  person: { burst: 600, perSecond: 100, patience: 100, atOnce: 8, waiting: 200 },
  /** Two thousand people behind one address may come back at once. */
  address: { burst: 10_000, perSecond: 100, patience: 500, atOnce: 16, waiting: 4_000, pace: 500 },
} as const

/** Times of the protocol, in milliseconds. */
export const timings = {
  /** The server pings a socket this often (api: "Ping every 25 s"). */
  ping: 25_000,
  /** A socket that was silent this long is gone. */
  silence: 45_000,
  /** A socket that has not said `hello` by then is closed with 4401. */
  hello: 10_000,
  /** A typing mark disappears this long after the last `typing` event. */
  typingShown: 6_000,
  /** A client repeats `typing` at most this often while the person types. */
  typingRepeat: 3_000,
} as const
