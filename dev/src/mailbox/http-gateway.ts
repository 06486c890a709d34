import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Channel, type Fault, parseFault, waitFor } from './faults.ts'
import type { MessageStore } from './message-store.ts'
import { renderPage } from './page.ts'
import { fateOf, type ReceiptTarget, sendReceipt } from './receipts.ts'

const bodyBytesMax = 16_384

export interface HttpGateway {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  close(): Promise<void>
}

export interface HttpGatewayDependencies {
  readonly store: MessageStore
  /** Bearer token that the SMS endpoint asks for. */
  readonly smsToken: string
  readonly faults: Record<Channel, Fault>
  /** Where it says whether a message arrived; null: it does not say. */
  readonly receipts: ReceiptTarget | null
  readonly signal: AbortSignal
}

interface SmsRequest {
  readonly reference: string
  readonly to: string
  readonly from: string
  readonly text: string
}

const answerJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body))
}

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return undefined
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    // The caller answers 400 to whatever is not JSON.
    return undefined
  }
}

const parseSms = (body: unknown): SmsRequest | undefined => {
  if (typeof body !== 'object' || body === null) return undefined
  const fields = new Map<string, unknown>(Object.entries(body))
  const text = (name: string): string | undefined => {
    const value = fields.get(name)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const [reference, to, from, words] = [text('reference'), text('to'), text('from'), text('text')]
  if (reference === undefined || to === undefined || from === undefined || words === undefined) {
    return undefined
  }
  return /^\+[1-9]\d{5,14}$/.test(to) ? { reference, to, from, text: words } : undefined
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Starts the HTTP side of the stand-in, on loopback only:
 * - `POST /sms` with `authorization: Bearer TOKEN` and `{reference, to, from, text}` → 202 `{reference}`, or 422 `{code}`;
 *   later `{reference, status, reason?}` is posted to where receipts go;
 * - `GET /` a page of everything received; `GET /api/messages` the same as JSON, newest first;
 * - `PUT /api/faults/email` and `PUT /api/faults/sms` with a fault → 204.
 *
 * @param port TCP port, 0 for a free one
 */
export const startHttpGateway = async (
  port: number,
  dependencies: HttpGatewayDependencies,
): Promise<HttpGateway> => {
  const { store, faults, signal } = dependencies
  const authorised = digest(`Bearer ${dependencies.smsToken}`)

  const receiveSms = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), authorised)) {
      return answerJson(response, 401, { error: 'unauthorised' })
    }
    const sms = parseSms(await readJson(request))
    if (sms === undefined) return answerJson(response, 400, { error: 'malformed' })
    const fault = faults.sms
    if (fault.kind === 'refuse') return answerJson(response, 503, { error: 'try again later' })
    const fate = fateOf(sms.to)
    if (fault.kind === 'reject') return answerJson(response, 422, { error: 'not taken' })
    if (fate.kind === 'refused') return answerJson(response, 422, { code: fate.code })
    store.add({
      channel: 'sms',
      id: sms.reference,
      from: sms.from,
      to: [sms.to],
      subject: null,
      text: sms.text,
      html: null,
    })
    if (fault.kind === 'slow') await waitFor(fault.milliseconds, signal)
    if (fault.kind === 'lose-answer') {
      response.destroy()
      return
    }
    answerJson(response, 202, { reference: sms.reference })
    if (dependencies.receipts !== null && fate.kind !== 'silent') {
      void sendReceipt(dependencies.receipts, sms.reference, fate, signal)
    }
  }

  const switchFault = async (
    channel: Channel,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const fault = parseFault(await readJson(request))
    if (fault === undefined) return answerJson(response, 400, { error: 'unknown fault' })
    faults[channel] = fault
    response.writeHead(204).end()
  }

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0]
    switch (`${request.method} ${path}`) {
      case 'POST /sms':
        return receiveSms(request, response)
      case 'GET /api/messages':
        return answerJson(response, 200, { messages: store.list() })
      case 'PUT /api/faults/email':
        return switchFault('email', request, response)
      case 'PUT /api/faults/sms':
        return switchFault('sms', request, response)
      case 'GET /':
        response.writeHead(200, {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        })
        response.end(renderPage(store.list(), faults))
        return
      default:
        return answerJson(response, 404, { error: 'not found' })
    }
  }

  const server = createServer((request, response) => {
    route(request, response).catch(() => {
      // The client hung up while sending its body: nobody is left to answer.
      response.destroy()
    })
  })
  server.requestTimeout = 30_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
