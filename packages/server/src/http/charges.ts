// Has each request paid for: by the person who asks, or by the address of whoever is nobody. Refusals and what is not found cost too.
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { errorRow } from '@parley/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../core/actor.ts'
import { networkOf } from '../core/address.ts'
import { AppError } from '../core/errors.ts'
import { type Payer, type Payers, tooDear } from '../core/payers.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route asks for its cost when it knows who pays. */
    readonly pays?: 'itself'
  }
  interface FastifyInstance {
    readonly charges: Charges
  }
}

/** What a request costs of which nothing is said: pages, their files, documents, paths that are not there. */
const otherCost = 1
/** A token that is none, or not any more. */
const strangerCost = 1
/** Bytes of a body that cost 1; smaller bodies cost nothing. */
const bodyBytesPerUnit = 16 * 1024

/** What becomes of the connections. */
export interface ChargedConnections {
  /** Somebody known has used it. */
  belongsToSomebody(socket: Socket): void
  /** Its request is refused, and the answer waits. False if one of it waits already. */
  refuse(socket: Socket): boolean
}
const noMatter: ChargedConnections = { belongsToSomebody: () => undefined, refuse: () => true }

export class Charges {
  private readonly payers: Payers
  private readonly connections: ChargedConnections

  constructor(payers: Payers, connections: ChargedConnections = noMatter) {
    this.payers = payers
    this.connections = connections
  }

  payerOf({ actor, server, raw }: Pick<FastifyRequest, 'actor' | 'server' | 'raw'>): Payer {
    if (actor !== null) return this.payers.person(actor.userId)
    return this.payers.address(networkOf(server.clientAddress(raw)))
  }

  /** For requests of whose route nothing is known. */
  async other(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const isKnown = !request.is404 && request.routeOptions.config.pays === 'itself'
    if (!isKnown) await this.take(request, reply, otherCost)
  }

  /** Finds out who asks; whoever is nobody has the address pay for the attempt. */
  async identify(request: FastifyRequest, reply: FastifyReply, find: () => Promise<Actor>): Promise<void> {
    try {
      request.actor = await find()
      this.connections.belongsToSomebody(request.raw.socket)
    } catch (error) {
      if (error instanceof AppError && errorRow(error.code).status === 401) {
        await this.take(request, reply, strangerCost)
      }
      throw error
    }
  }

  /** Throws `rate_limited`: at once as long as its sender may not have known, else late and for the last time on this connection. */
  async take(request: FastifyRequest, reply: FastifyReply, cost: number): Promise<void> {
    if (cost === 0) return
    const payer = this.payerOf(request)
    const taken = payer.take(cost)
    if (taken === 'allowed') {
      await payer.turn(cost)
      return
    }
    const error = tooDear(payer, cost)
    if (taken === 'exhausted') await this.delay(payer, request, reply)
    throw error
  }

  /** The body is to be read: bytes cost, whatever they say. */
  async takeBody(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { body } = request
    if (!(body instanceof Uint8Array) || body.length < bodyBytesPerUnit) return
    await this.take(request, reply, body.length / bodyBytesPerUnit)
  }

  /** Runs what the request asks for in its payer's turn. */
  run<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
    return this.payerOf(request).run(request.actor?.sessionId ?? '', work)
  }

  /** Runs an upload, or refuses it on a connection that ends: its body is on the way. */
  async upload<T>(request: FastifyRequest, reply: FastifyReply, work: () => Promise<T>): Promise<T> {
    let begun = false
    try {
      return await this.payerOf(request).upload(() => {
        begun = true
        return work()
      })
    } catch (error) {
      if (!begun) reply.header('connection', 'close')
      throw error
    }
  }

  /** However many wait: each holds a connection, which goes first when one is wanted for another. */
  private async delay(payer: Payer, { raw }: FastifyRequest, reply: FastifyReply): Promise<void> {
    reply.header('connection', 'close')
    // Requests that are sent before the first is answered wait for nothing.
    if (this.connections.refuse(raw.socket)) await pause(payer.lateness())
    else raw.socket.destroy()
  }
}
