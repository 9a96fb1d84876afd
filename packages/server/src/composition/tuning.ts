// What exists for speed alone and can be left out of a server, so that both ways can be run and compared. ADR 16 has the figures.

/**
 * `gathered-writes`: a socket gets all frames of a turn of the event loop in one write; without it, each in a write of its own.
 * `second-batch`: where a commit takes long, another batch of messages is begun beside it (ADR 13); without it, one follows the other.
 * `simple-writes`: messages that are simply to be created are written by functions that say nothing about each; without it, every batch is
 * judged message by message (ADR 5, ADR 15).
 * `heap`: V8's heap grows in large steps, and the garbage of the start is given back; without it, V8 decides.
 */
export const optimisations = ['gathered-writes', 'second-batch', 'simple-writes', 'heap'] as const

export type Optimisation = (typeof optimisations)[number]
