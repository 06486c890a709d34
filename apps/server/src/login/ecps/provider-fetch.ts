/** The one way out to the identity provider: bounded in time and bytes, and clear about who failed. */
import type { CustomFetch } from 'openid-client'

/** The provider did not answer, answered too late, or said that it cannot. */
export class ProviderUnreachable extends Error {
  readonly reason: 'network' | 'timeout' | 'status' | 'too-large'
  constructor(reason: ProviderUnreachable['reason'], options?: ErrorOptions) {
    super(`identity provider: ${reason}`, options)
    this.name = 'ProviderUnreachable'
    this.reason = reason
  }
}

/** Userinfo of somebody with a hundred activities is about 100 kB. */
const answerBytesMax = 512 * 1024

// RFC 9110 §6.4.1: answers to these carry no body, and `Response` refuses one.
const bodiless = new Set([101, 204, 205, 304])

const readBounded = async (response: Response): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > answerBytesMax) throw new ProviderUnreachable('too-large')
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

const isTimeout = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError')

/**
 * Fetch for the OpenID client. The body is read here, under the same time-out as the headers, so
 * that a provider that starts to answer and then stalls is a provider that does not answer.
 *
 * @throws ProviderUnreachable for network failures, time-outs, 5xx and 429
 */
export const providerFetch: CustomFetch = async (url, options) => {
  try {
    const { body = null, ...rest } = options
    // The client sends forms or nothing; a stream could not be bounded here.
    if (body !== null && typeof body !== 'string' && !(body instanceof URLSearchParams)) {
      throw new TypeError('unexpected kind of body')
    }
    const response = await fetch(url, { ...rest, body })
    const content = await readBounded(response)
    const { status, headers } = response
    if (status >= 500 || status === 429) throw new ProviderUnreachable('status')
    return new Response(bodiless.has(status) ? null : content, { status, headers })
  } catch (error) {
    if (error instanceof ProviderUnreachable) throw error
    throw new ProviderUnreachable(isTimeout(error) ? 'timeout' : 'network', { cause: error })
  }
}

const unreachableIn = (error: unknown): ProviderUnreachable | null => {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    if (cause instanceof ProviderUnreachable) return cause
    cause = cause.cause
  }
  return null
}

/** Whether a failure of the OpenID client came from the provider not answering, or saying that it cannot. */
export const isUnreachable = (error: unknown): boolean => unreachableIn(error) !== null

/** Whether there was no connection to it, or no answer in time. */
export const isUnreached = (error: unknown): boolean => {
  const reason = unreachableIn(error)?.reason
  return reason === 'network' || reason === 'timeout'
}
