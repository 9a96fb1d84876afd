// What the page and its worker have agreed on.

/** The addresses that are pages of the app. All others are asked of the server, also while a person follows a link there. */
export const appPages: readonly RegExp[] = [/^\/(?:login|register)?\/?(?:\?|$)/, /^\/messenger(?:[/?]|$)/]

/** The type of the message that makes a waiting worker take over. It is the one that `workbox-window` sends. */
export const takeOver = 'SKIP_WAITING'
