// Answers to what is not HTTP, or not in time: written past the framework, because there is no request to answer.
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '../core/errors.ts'
import type { Log } from '../core/ports.ts'
import { endWithProblem, type ProblemAnswer, problemOf } from '../wire/problem.ts'

/** Node's error for a request that its parser refused, or that took too long. */
interface ClientError extends Error {
  readonly code?: string
}

/** For the `clientError` event: answers with a problem where that is still possible, and closes the connection. */
export function answerClientError(log: Log, error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const requestId = randomUUID()
  const answer = problemOfClientError(error, requestId)
  log.debug({ code: error.code, status: answer.status, request_id: requestId }, 'a request was not HTTP')
  if (!socket.writable || isAnswering(socket)) {
    socket.destroy()
    return
  }
  endWithProblem(socket, answer)
}

function problemOfClientError(error: ClientError, requestId: string): ProblemAnswer {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problemOf(new AppError('invalid_request'), requestId, 408)
    case 'HPE_HEADER_OVERFLOW':
      return problemOf(new AppError('payload_too_large'), requestId, 431)
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problemOf(new AppError('payload_too_large'), requestId)
    default:
      return problemOf(
        new AppError('invalid_request', { detail: 'The request is not valid HTTP' }),
        requestId,
      )
  }
}

/** Whether an answer's head went out already, as Node's own handler asks: a second one would be read as its body. */
function isAnswering(socket: Socket & { readonly _httpMessage?: ServerResponse | null }): boolean {
  return socket._httpMessage?.headersSent ?? false
}
