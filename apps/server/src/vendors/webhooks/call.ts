/** Calls a vendor's address. */
import type { lookup as systemLookup } from 'node:dns'
import type { VendorEvent } from '@sidep/contracts'
import { Agent, request } from 'undici'
import type { Signer } from '../../platform/signer.ts'
import { publicLookup, readWebhookUrl } from './address.ts'
import { signMessage } from './signature.ts'

export interface Caller {
  /** @returns null when it was taken, else a code */
  tell(
    url: string,
    event: VendorEvent,
    signer: Pick<Signer, 'keyId' | 'sign'>,
    at: Date,
  ): Promise<string | null>
  close(): Promise<void>
}

const tellMillisecondsMax = 10_000
const answerBytesMax = 16 * 1024
const type = 'application/json'

/** Names of what goes wrong with a connection, as far as they say whose trouble it is. */
const failureOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ADDRESS_PRIVATE') return code
  if (typeof code !== 'string') return 'TIMEOUT'
  return /CERT|SIGNED|TLS|SSL/.test(code) ? 'TLS' : code.slice(0, 40)
}

interface CallerOptions {
  /** The system's, unless told. */
  readonly lookup?: typeof systemLookup
  readonly millisecondsMax?: number
}

/** @param anywhere development: any address, http too */
export const makeCaller = (
  anywhere: boolean,
  { lookup, millisecondsMax = tellMillisecondsMax }: CallerOptions = {},
): Caller => {
  // As many connections to an address as vendors name it, each of which is told one event at a time: whoever names
  // another's address, and is slow there, takes none of the other's.
  const dispatcher = new Agent({
    connect: { timeout: 5_000, ...(anywhere ? {} : { lookup: publicLookup(lookup) }) },
    headersTimeout: millisecondsMax,
    bodyTimeout: millisecondsMax,
    maxResponseSize: answerBytesMax,
  })
  return {
    async tell(url, event, signer, at) {
      // The rules may have become stricter since it was named; an address that is a number is looked up by nobody.
      if (readWebhookUrl(url, anywhere) === null) return 'ADDRESS_PRIVATE'
      const body = JSON.stringify(event)
      try {
        const headers = await signMessage({ method: 'POST', url, type, body }, signer, at)
        const answer = await request(url, {
          method: 'POST',
          headers,
          body,
          dispatcher,
          signal: AbortSignal.timeout(millisecondsMax),
        })
        await answer.body.dump({ limit: answerBytesMax })
        const { statusCode } = answer
        return statusCode >= 200 && statusCode < 300 ? null : `HTTP_${statusCode}`
      } catch (error) {
        return failureOf(error)
      }
    },
    close: () => dispatcher.destroy(),
  }
}
