/**
 * What the stand-in's operator says of an SMS after the gateway has taken it, and where it says so. Four numbers have
 * a fate of their own; every other message arrives.
 */
import { setTimeout } from 'node:timers/promises'

/** Where receipts go: the portal's `POST /api/messages/receipts`. */
export interface ReceiptTarget {
  readonly url: string
  /** Bearer token that the portal asks for. */
  readonly token: string
}

export type Fate =
  /** Refused when it is handed over. */
  | { readonly kind: 'refused'; readonly code: 'unknown-recipient' | 'blocked' }
  /** Taken, and told of later. */
  | { readonly kind: 'delivered' }
  | { readonly kind: 'undelivered'; readonly reason: 'unknown-recipient' | 'unreachable' }
  /** Taken, and never heard of again. */
  | { readonly kind: 'silent' }

const fates: Readonly<Record<string, Fate>> = {
  '+33600000000': { kind: 'refused', code: 'unknown-recipient' },
  '+33600000001': { kind: 'undelivered', reason: 'unreachable' },
  '+33600000002': { kind: 'undelivered', reason: 'unknown-recipient' },
  '+33600000003': { kind: 'silent' },
}

/** @param to E.164 */
export const fateOf = (to: string): Fate => fates[to] ?? { kind: 'delivered' }

const triesMax = 10
const betweenTriesMilliseconds = 1_000

/** Tells the portal, and again while it does not answer: as gateways do. */
export const sendReceipt = async (
  { url, token }: ReceiptTarget,
  reference: string,
  fate: Fate,
  signal: AbortSignal,
): Promise<void> => {
  const said =
    fate.kind === 'undelivered'
      ? { status: 'undelivered', reason: fate.reason }
      : { status: 'delivered' }
  for (let tries = 0; tries < triesMax && !signal.aborted; tries++) {
    try {
      const { ok } = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ reference, ...said }),
        signal,
      })
      if (ok) return
    } catch {
      // The portal is away, or the stand-in ends.
    }
    await setTimeout(betweenTriesMilliseconds, undefined, { signal, ref: false }).catch(() => {})
  }
}
