// Has each request paid for: by the person who asks, or by the address of whoever is nobody. Refusals and what is not found cost too.
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { errorRow } from '@parley/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../core/actor.ts'
import { networkOf } from '../core/address.ts'
import { AppError } from '../core/errors.ts'
import { lateMs, type Payer, type Payers, tooDear } from '../core/payers.ts'

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

/** Answers to one payer that wait; whoever asks further is cut off. */
const maxLate = 256

export class Charges {
  private readonly payers: Payers
  /** Answers that wait. */
  private readonly late = new Map<Payer, number>()
  private readonly onIdentified: (socket: Socket) => void

  /** `onIdentified` is told the connection of each request of somebody known. */
  constructor(payers: Payers, onIdentified: (socket: Socket) => void = () => undefined) {
    this.payers = payers
    this.onIdentified = onIdentified
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
      this.onIdentified(request.raw.socket)
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

  private async delay(payer: Payer, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const late = this.late.get(payer) ?? 0
    if (late >= maxLate) {
      request.raw.socket.destroy()
      return
    }
    reply.header('connection', 'close')
    this.late.set(payer, late + 1)
    await pause(lateMs)
    const left = (this.late.get(payer) ?? 1) - 1
    if (left === 0) this.late.delete(payer)
    else this.late.set(payer, left)
  }
}
