/** What became of the messages with a person's link, for the lists of the counter. */
import type { Delivery, DeliveryReason } from '@sidep/contracts'
import type { Sql } from 'postgres'
import { emailTopic, smsTopic } from '../platform/link-topics.ts'

/** What became of one message, as its row says. */
export interface MessageState {
  readonly topic: string
  readonly done_at: Date | null
  readonly failed_at: Date | null
  readonly last_failure: string | null
  readonly receipt: string | null
  readonly receipt_at: Date | null
}

const channels: ReadonlyMap<string, Delivery['channel']> = new Map([
  [smsTopic, 'sms'],
  [emailTopic, 'email'],
])

const receiptReasons: readonly DeliveryReason[] = ['unknown-recipient', 'unreachable', 'blocked']

/** What a sender's code means for who reads the list; the first that fits. */
const failureReasons: readonly (readonly [RegExp, DeliveryReason])[] = [
  // RFC 3463 §3.2: an address that is none; without an enhanced status, RFC 5321 §4.2.3.
  [/^SMS_UNKNOWN_RECIPIENT$|^SMTP_5\d\d_5\.1\.\d+$|^SMTP_55[013]$/, 'unknown-recipient'],
  // RFC 3463 §3.8: security or policy.
  [/^SMS_BLOCKED$|^SMTP_5\d\d_5\.7\.\d+$/, 'blocked'],
  // Refused for good, without a reason that we know.
  [/^SMS_4(?:00|04|10|13|22)$|^SMTP_5\d\d(?:_|$)|^[A-Z]+_MISSING$|^KEY_/, 'other'],
]

/** What was still to be tried when the tries ran out. */
export const reasonOfFailure = (code: string | null): DeliveryReason =>
  failureReasons.find(([shape]) => shape.test(code ?? ''))?.[1] ?? 'given-up'

/** What a gateway says of a message that did not arrive. */
export const reasonOfReceipt = (receipt: string): DeliveryReason =>
  receiptReasons.find((known) => known === receipt) ?? 'other'

/** The gateway's word counts more than ours: it may come first. */
const deliveryOf = (channel: Delivery['channel'], row: MessageState): Delivery => {
  const { receipt, receipt_at, failed_at, done_at } = row
  if (receipt === 'delivered')
    return { channel, state: 'delivered', reason: null, at: receipt_at?.toISOString() ?? null }
  if (receipt !== null) {
    const reason = reasonOfReceipt(receipt)
    return { channel, state: 'refused', reason, at: receipt_at?.toISOString() ?? null }
  }
  if (failed_at !== null) {
    const reason = reasonOfFailure(row.last_failure)
    return { channel, state: 'refused', reason, at: failed_at.toISOString() }
  }
  if (done_at !== null)
    return { channel, state: 'handed-over', reason: null, at: done_at.toISOString() }
  return { channel, state: 'pending', reason: null, at: null }
}

const latestText = `select distinct on (screening_id, topic)
    screening_id, topic, done_at, failed_at, last_failure, receipt, receipt_at
  from outbox
  where site_id = $1 and screening_id = any(string_to_array($2, ',')::uuid[])
    and topic in ('${smsTopic}', '${emailTopic}')
  order by screening_id, topic desc, number desc`

/**
 * The latest message of each channel, of screenings of one site: the SMS first.
 *
 * @returns by the screening's id; nothing for one without messages
 */
export const deliveriesOf = async (
  database: Sql,
  siteId: string,
  screeningIds: readonly string[],
): Promise<ReadonlyMap<string, Delivery[]>> => {
  const found = new Map<string, Delivery[]>()
  if (screeningIds.length === 0) return found
  const rows = await database.unsafe<(MessageState & { readonly screening_id: string })[]>(
    latestText,
    [siteId, screeningIds.join(',')],
    {
      prepare: true,
    },
  )
  for (const row of rows) {
    const channel = channels.get(row.topic)
    if (channel === undefined) continue
    const known = found.get(row.screening_id)
    if (known === undefined) found.set(row.screening_id, [deliveryOf(channel, row)])
    else known.push(deliveryOf(channel, row))
  }
  return found
}
