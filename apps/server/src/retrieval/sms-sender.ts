import { Pool } from 'undici'
import { renderSms } from './messages.ts'
import type { DeliveryOutcome, OutgoingMessage, Sender } from './sender.ts'

export interface SmsSenderOptions {
  /** Where the gateway takes `POST {reference, to, from, text}`. */
  readonly gatewayUrl: string
  /** Bearer token of the gateway (RFC 6750). */
  readonly token: string
  /** Alphanumeric sender, ≤ 11 characters (3GPP TS 23.040 §9.1.2.5). */
  readonly from: string
  readonly connectionsMax: number
  readonly sendMillisecondsMax: number
}

const answerBytesMax = 16_384
/** Why a gateway will never take a message, in the words of its answer `{code}`; others are kept as the status alone. */
const refusalCodes: ReadonlyMap<unknown, string> = new Map([
  ['unknown-recipient', 'SMS_UNKNOWN_RECIPIENT'],
  ['blocked', 'SMS_BLOCKED'],
])
const retryAfterSecondsMax = 3_600

/** `Retry-After` in seconds (RFC 9110 §10.2.3); the form with a date is left to our own delays. */
const retryAfterOf = (header: string | string[] | undefined): number | undefined => {
  const text = Array.isArray(header) ? header[0] : header
  if (text === undefined || !/^\d{1,6}$/.test(text)) return undefined
  return Math.min(Number(text), retryAfterSecondsMax) * 1_000
}

const failed = (code: string, retryAfterMilliseconds: number | undefined): DeliveryOutcome =>
  retryAfterMilliseconds === undefined
    ? { outcome: 'failed', code }
    : { outcome: 'failed', code, retryAfterMilliseconds }

const refusalIn = (answer: string): string | undefined => {
  try {
    const { code } = JSON.parse(answer)
    return refusalCodes.get(code)
  } catch {
    // No JSON, or none with a code: the status says enough.
    return undefined
  }
}

/** 400, 404, 410, 413 and 422 are about this message; every other refusal is about us, or about now. */
const finalStatuses: readonly number[] = [400, 404, 410, 413, 422]

/**
 * Sends links as text messages through an HTTP gateway. The reference is the message's id on every try, also as
 * `Idempotency-Key`, so that a gateway can drop what it has already taken.
 */
export const makeSmsSender = (options: SmsSenderOptions): Sender => {
  const gateway = new URL(options.gatewayUrl)
  const pool = new Pool(gateway.origin, {
    connections: options.connectionsMax,
    connect: { timeout: Math.min(5_000, options.sendMillisecondsMax) },
    headersTimeout: options.sendMillisecondsMax,
    bodyTimeout: options.sendMillisecondsMax,
    maxResponseSize: answerBytesMax,
  })
  const send = async (message: OutgoingMessage): Promise<DeliveryOutcome> => {
    try {
      const { statusCode, headers, body } = await pool.request({
        method: 'POST',
        path: `${gateway.pathname}${gateway.search}`,
        headers: {
          authorization: `Bearer ${options.token}`,
          'content-type': 'application/json',
          'idempotency-key': message.messageId,
        },
        body: JSON.stringify({
          reference: message.messageId,
          to: message.address,
          from: options.from,
          text: renderSms(message),
        }),
        signal: AbortSignal.timeout(options.sendMillisecondsMax),
      })
      if (statusCode >= 200 && statusCode < 300) {
        await body.dump()
        return { outcome: 'delivered' }
      }
      const code = `SMS_${statusCode}`
      if (finalStatuses.includes(statusCode)) {
        return { outcome: 'rejected', code: refusalIn(await body.text()) ?? code }
      }
      await body.dump()
      return failed(code, retryAfterOf(headers['retry-after']))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      return failed(typeof code === 'string' ? `SMS_${code}` : 'SMS_TIMEOUT', undefined)
    }
  }
  return { send, close: () => pool.destroy() }
}
