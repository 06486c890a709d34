/** One client's own connection, as a browser has one: cheap enough to offer ten times what a server can do. */
import { Client } from 'undici'

export interface Asked {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  /** Null when the server said none. */
  readonly retryAfterSeconds: number | null
  readonly location: string | null
  readonly setCookie: readonly string[]
  readonly text: string
}

export interface Connection {
  /** @throws the connection's error, or a time-out: the connection is then made anew */
  ask(asked: Asked): Promise<Answer>
  /** Asked and not yet answered. */
  readonly underWay: number
  close(): Promise<void>
}

/** Of a port that asks for a certificate: that, its key, and who issued the port's; PEM. */
export interface ConnectionTls {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

const first = (value: string | string[] | undefined): string | null =>
  (Array.isArray(value) ? value[0] : value) ?? null

/**
 * @param origin scheme, host and port
 * @param timeoutMilliseconds longest wait for an answer to begin
 */
export const makeConnection = (
  origin: string,
  timeoutMilliseconds: number,
  tls?: ConnectionTls,
): Connection => {
  const client = new Client(origin, {
    pipelining: 1,
    headersTimeout: timeoutMilliseconds,
    bodyTimeout: timeoutMilliseconds,
    ...(tls === undefined
      ? { connectTimeout: timeoutMilliseconds }
      : { connect: { ...tls, timeout: timeoutMilliseconds } }),
    keepAliveTimeout: 60_000,
  })
  let underWay = 0
  return {
    get underWay() {
      return underWay
    },
    ask: (asked) =>
      new Promise((resolve, reject) => {
        underWay += 1
        let head: Omit<Answer, 'text'> | null = null
        const chunks: Buffer[] = []
        client.dispatch(
          { ...asked, headers: { ...asked.headers }, body: asked.body ?? null },
          {
            onRequestStart() {},
            onResponseStart(_, status, headers) {
              const setCookie = headers['set-cookie'] ?? []
              const after = Number(first(headers['retry-after']) ?? Number.NaN)
              head = {
                status,
                retryAfterSeconds: Number.isFinite(after) ? after : null,
                location: first(headers.location),
                setCookie: Array.isArray(setCookie) ? setCookie : [setCookie],
              }
            },
            onResponseData(_, chunk) {
              chunks.push(chunk)
            },
            onResponseEnd() {
              underWay -= 1
              if (head === null) reject(new Error('an answer without a head'))
              else resolve({ ...head, text: Buffer.concat(chunks).toString() })
            },
            onResponseError(_, error) {
              underWay -= 1
              reject(error)
            },
          },
        )
      }),
    close: () => client.destroy(),
  }
}
