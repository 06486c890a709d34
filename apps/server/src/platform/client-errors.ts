/** Answers for connections whose request never became one: not HTTP, headers too long, too slow. */
import type { Socket } from 'node:net'
import { type ProblemCode, type ProblemDocument, problemRegistry } from '@sidep/contracts'
import { supportCode } from './problems.ts'

/** Codes of Node's HTTP parser (`clientError` event) that say more than "not HTTP". */
const codeOfParserError: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TOO_SLOW',
}

/**
 * Writes the problem document and ends the connection. What came in is neither read further, nor quoted, nor logged:
 * the parser's error carries the raw bytes.
 *
 * @param newId makes the number that the support code is drawn from
 */
export const clientErrorHandler =
  (newId: () => string) =>
  (error: NodeJS.ErrnoException, socket: Socket): void => {
    // Reset by the other side: nobody is left to answer.
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    const code = codeOfParserError[error.code ?? ''] ?? 'REQUEST_MALFORMED'
    const { status, title } = problemRegistry[code]
    const document: ProblemDocument = {
      type: `urn:sidep:problem:${code}`,
      title: title.fr,
      status,
      code,
      support: supportCode(newId()),
    }
    const body = JSON.stringify(document)
    if (socket.writable) {
      // The reason phrase is optional and nobody reads it (RFC 9112 §4).
      socket.write(
        `HTTP/1.1 ${status} \r\nContent-Type: application/problem+json; charset=utf-8\r\nCache-Control: no-store\r\n` +
          `Connection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    }
    socket.destroySoon()
  }
