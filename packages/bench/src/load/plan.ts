// What the parent tells the generator's process, and what it hears back. All of it is plain JSON.
import type { ProcessRoots } from '../process-cpu.ts'
import type { CodecName } from './codecs.ts'
import type { LatencySummary } from './latency-histogram.ts'

export interface LoadPlan {
  readonly codec: CodecName
  readonly host: string
  readonly port: number
  /** One socket each. */
  readonly sockets: readonly PlannedSocket[]
  readonly chats: readonly PlannedChat[]
  /** In the order in which load takes them: the first n send when n are wanted. */
  readonly senders: readonly PlannedSender[]
  /** Length of a text in bytes. */
  readonly textBytes: number
  readonly processes: ProcessRoots
}

export interface PlannedSocket {
  readonly token: string
  /** The codec's unless given. */
  readonly path?: string
}

export interface PlannedChat {
  readonly id: string
  /** Numbers of the sockets that get its messages, the sender's own among them. */
  readonly sockets: readonly number[]
}

/** Numbers of the socket that sends and of the chat that it sends to. */
export interface PlannedSender {
  readonly socket: number
  readonly chat: number
}

interface Timing {
  readonly warmUpMs: number
  readonly measureMs: number
  /** How long what was sent may take to arrive once nothing more is sent. */
  readonly drainMs: number
}

/** Each of `senders` has one message on its way; the next goes out when it is acknowledged, or delivered to everybody too. */
export interface ClosedPhase extends Timing {
  readonly mode: 'closed'
  readonly senders: number
  readonly until: 'acked' | 'delivered'
}

/** Messages go out at fixed times whatever the answers do; latency counts from those times. */
export interface OpenPhase extends Timing {
  readonly mode: 'open'
  readonly messagesPerSecond: number
}

export type Phase = ClosedPhase | OpenPhase

/** What one phase measured between its warm-up and its end. CPU in seconds, null where it is not measured. */
export interface PhaseResult {
  readonly seconds: number
  /** Acknowledged messages. */
  readonly messages: number
  readonly deliveries: number
  /** Everything that all sockets received. */
  readonly bytes: number
  /** Deliveries with their frame headers alone. */
  readonly deliveryBytes: number
  /** From the (intended) time of sending to the arrival at a socket. */
  readonly delivery: LatencySummary
  /** From the (intended) time of sending to the acknowledgement. */
  readonly ack: LatencySummary
  /** How late the generator itself sent: part of the latencies above. */
  readonly lag: LatencySummary
  /** Deliveries whose number did not follow the one before. More than none only where the server promises no order. */
  readonly reordered: number
  readonly serverCpu: number | null
  readonly databaseCpu: number | null
  readonly generatorCpu: number
  /** Of the whole machine. */
  readonly machineCpu: number
  readonly serverRssBytes: number | null
  /** Microseconds of the machine's monotonic clock. */
  readonly from: number
  readonly to: number
}

export type LoadCommand =
  | { readonly type: 'connect'; readonly plan: LoadPlan }
  | { readonly type: 'run'; readonly phase: Phase }
  | { readonly type: 'quit' }

export type LoadAnswer =
  | { readonly type: 'connected' }
  | { readonly type: 'result'; readonly result: PhaseResult }
  | { readonly type: 'fault'; readonly message: string }
