// Stands between the server and its PostgreSQL. It can lose the answer to a commit: the commit reaches PostgreSQL and is carried out, and
// the connection is cut before the server hears of it. And it can refuse everything that comes after a commit. Reads the messages of the protocol (PostgreSQL 18, chapter 54) as far as that
// needs it.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { PostgresConnection } from '../../../packages/server/src/embedded/postgres.ts'

/** Statements that commit by themselves, when no transaction is open. */
const committing: ReadonlySet<string> = new Set([
  'messages.create',
  'messages.post',
  'messages.postOne',
  'messages.postWithFiles',
  'reads.advance',
])

export class CommitProxy {
  /** Through the proxy. */
  readonly connection: PostgresConnection
  private readonly target: PostgresConnection
  private readonly server: Server
  private readonly pairs = new Set<ProxiedConnection>()
  private armed: Loss | null = null
  private refusing = false

  private constructor(target: PostgresConnection, server: Server) {
    this.target = target
    this.server = server
    const { port } = server.address() as AddressInfo
    this.connection = { ...target, host: '127.0.0.1', port }
    server.on('connection', (socket) => this.accept(socket))
  }

  static async before(target: PostgresConnection): Promise<CommitProxy> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new CommitProxy(target, server)
  }

  /** The answer to the next commit is lost. Resolves when it was. */
  loseNext(): Promise<'cut'> {
    return new Promise((resolve) => {
      this.armed = { after: 'cut', tell: resolve }
    })
  }

  /** The next commit is answered; whatever is asked of the database afterwards is refused until `disarm`. Resolves when it is so. */
  refuseAfterNext(): Promise<'cut'> {
    return new Promise((resolve) => {
      this.armed = { after: 'refuse', tell: resolve }
    })
  }

  disarm(): void {
    this.armed = null
    this.refusing = false
  }

  async close(): Promise<void> {
    this.server.close()
    for (const pair of this.pairs) pair.cut()
    await once(this.server, 'close')
  }

  private accept(client: Socket): void {
    if (this.refusing) {
      client.destroy()
      return
    }
    const { host, port } = this.target
    const upstream = host.startsWith('/') ? connect(join(host, `.s.PGSQL.${port}`)) : connect(port, host)
    const pair = new ProxiedConnection(client, upstream, {
      take: () => {
        const lost = this.armed
        this.armed = null
        return lost
      },
      ended: () => this.pairs.delete(pair),
      refuse: () => {
        this.refusing = true
      },
      isRefusing: () => this.refusing,
    })
    this.pairs.add(pair)
  }
}

/** What happens at a commit, and whom to tell when it has. */
interface Loss {
  readonly after: 'cut' | 'refuse'
  readonly tell: (cut: 'cut') => void
}

interface PairOwner {
  /** What is to happen at this commit. */
  take(): Loss | null
  ended(): void
  refuse(): void
  isRefusing(): boolean
}

class ProxiedConnection {
  private readonly client: Socket
  private readonly upstream: Socket
  private readonly owner: PairOwner
  private readonly fromClient = new MessageReader('startup first')
  private readonly fromServer = new MessageReader('typed')
  private inTransaction = false
  /** Called when the server has answered the commit whose answer is lost. */
  private losing: Loss | null = null

  constructor(client: Socket, upstream: Socket, owner: PairOwner) {
    this.client = client
    this.upstream = upstream
    this.owner = owner
    for (const socket of [client, upstream]) {
      socket.on('error', () => {})
      socket.on('close', () => this.cut())
    }
    client.on('data', (bytes: Buffer) => this.onClient(bytes))
    upstream.on('data', (bytes: Buffer) => this.onServer(bytes))
  }

  cut(): void {
    this.client.destroy()
    this.upstream.destroy()
    this.owner.ended()
  }

  private onClient(bytes: Buffer): void {
    if (this.owner.isRefusing()) {
      this.cut()
      return
    }
    for (const message of this.fromClient.read(bytes)) {
      if (this.losing === null && this.commits(message)) this.losing = this.owner.take()
    }
    this.upstream.write(bytes)
  }

  private commits({ type, body }: Message): boolean {
    if (type === 'Q') return cString(body, 0) === 'COMMIT'
    if (type !== 'B' || this.inTransaction) return false
    const portal = cString(body, 0)
    return committing.has(cString(body, portal.length + 1))
  }

  private onServer(bytes: Buffer): void {
    for (const { type, body } of this.fromServer.read(bytes)) {
      if (type !== 'Z') continue
      this.inTransaction = body.toString('latin1', 0, 1) !== 'I'
      if (this.losing === null || this.inTransaction) continue
      const { after, tell } = this.losing
      this.losing = null
      if (after === 'cut') {
        this.cut()
        tell('cut')
        return
      }
      this.owner.refuse()
      tell('cut')
    }
    if (this.losing?.after !== 'cut') this.client.write(bytes)
  }
}

interface Message {
  readonly type: string
  readonly body: Buffer
}

/** Cuts a stream into messages: a letter, then the length, which counts itself. The first of a client has no letter. */
class MessageReader {
  private rest: Buffer = Buffer.alloc(0)
  private expects: 'startup first' | 'typed'

  constructor(expects: 'startup first' | 'typed') {
    this.expects = expects
  }

  read(bytes: Buffer): Message[] {
    this.rest = Buffer.concat([this.rest, bytes])
    const messages: Message[] = []
    for (;;) {
      const letter = this.expects === 'typed' ? 1 : 0
      if (this.rest.length < letter + 4) return messages
      const end = letter + this.rest.readInt32BE(letter)
      if (this.rest.length < end) return messages
      const type = letter === 1 ? this.rest.toString('latin1', 0, 1) : 'startup'
      messages.push({ type, body: this.rest.subarray(letter + 4, end) })
      this.expects = 'typed'
      this.rest = this.rest.subarray(end)
    }
  }
}

function cString(bytes: Buffer, from: number): string {
  const end = bytes.indexOf(0, from)
  return bytes.toString('utf8', from, end < 0 ? bytes.length : end)
}
