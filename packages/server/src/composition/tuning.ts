// What exists for speed alone and can be left out of a server, so that both ways can be run and compared. ADR 16 has the figures.

/**
 * `gathered-writes`: a socket gets all frames of a turn of the event loop in one write; without it, each in a write of its own.
 * `heap`: V8's heap grows in large steps and is given back when the server is quiet; without it, V8 decides.
 */
export const optimisations = ['gathered-writes', 'heap'] as const

export type Optimisation = (typeof optimisations)[number]
