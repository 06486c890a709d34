/**
 * The outbox as the notification worker sees it.
 *
 * Invariants
 * - A claim is a lease: the row belongs to the worker until `claimed_until`, then to whoever comes; a worker that
 *   was killed loses nothing.
 * - `attempts` grows with each claim, so that a row that kills its worker is given up too; it is also the fence: what
 *   a worker writes back counts only while its claim is the latest.
 * - A row ends in `done_at` or `failed_at`, and stays until retention removes it.
 */
import { claimDue } from '../platform/claim-due.ts'
import type { Sql } from '../platform/context.ts'
import { changeTopics, emailTopic, smsTopic } from '../platform/link-topics.ts'
import type { SealedScreeningRow } from '../platform/sealed.ts'

/** Somebody has tried birth dates at the person's link until it paused. */
export const smsNoticeTopic = 'notice.sms'
export const emailNoticeTopic = 'notice.email'
/** The number that opens a paused link. */
export const unlockTopic = 'unlock.sms'

export type Channel = 'sms' | 'email'
export type MessageKind = 'link' | 'notice' | 'unlock' | 'correction' | 'withdrawal' | 'recovery'

/** What a row of the outbox is, by its topic. */
export const topics = {
  [smsTopic]: { channel: 'sms', kind: 'link' },
  [emailTopic]: { channel: 'email', kind: 'link' },
  [smsNoticeTopic]: { channel: 'sms', kind: 'notice' },
  [emailNoticeTopic]: { channel: 'email', kind: 'notice' },
  [unlockTopic]: { channel: 'sms', kind: 'unlock' },
  [changeTopics.corrected.sms]: { channel: 'sms', kind: 'correction' },
  [changeTopics.corrected.email]: { channel: 'email', kind: 'correction' },
  [changeTopics.withdrawn.sms]: { channel: 'sms', kind: 'withdrawal' },
  [changeTopics.withdrawn.email]: { channel: 'email', kind: 'withdrawal' },
  [changeTopics.recovered.sms]: { channel: 'sms', kind: 'recovery' },
  [changeTopics.recovered.email]: { channel: 'email', kind: 'recovery' },
} as const satisfies Record<string, { readonly channel: Channel; readonly kind: MessageKind }>
export type Topic = keyof typeof topics

/** The row of a message. */
export type MessageRow = Pick<ClaimedMessage, 'site_id' | 'screening_id' | 'topic' | 'number'>

export interface ClaimedMessage extends SealedScreeningRow {
  readonly site_id: string
  readonly screening_id: string
  readonly topic: Topic
  readonly number: number
  readonly attempts: number
  readonly retrieval_generation: number
  readonly site_name: string | null
}

interface DueMessage {
  readonly site_id: string
  readonly screening_id: string
  readonly topic: Topic
  readonly number: number
}

type Claim = Pick<ClaimedMessage, 'screening_id' | 'topic' | 'number' | 'attempts'>
type OfScreening = Omit<ClaimedMessage, keyof Claim | 'site_id'> & { readonly id: string }

/** Claimed on the machine of the site; what the messages are about is read once they are. */
const claimAt = async (
  database: Sql,
  siteId: string,
  due: readonly DueMessage[],
  now: Date,
  claimedUntil: Date,
): Promise<ClaimedMessage[]> => {
  const claims = await database<Claim[]>`
    select screening_id, topic, number, attempts
    from claim_messages_1(${siteId}, ${now}, ${claimedUntil}, ${JSON.stringify(due)}::text::jsonb)`
  if (claims.length === 0) return []
  const ids = claims.map(({ screening_id }) => screening_id).join(',')
  const rows = await database<OfScreening[]>`
    select s.id, s.retrieval_generation, s.key_id, s.sealed, s.corrections, site.name as site_name
    from current_screening s left join site on site.id = s.site_id
    where s.site_id = ${siteId} and s.id = any(string_to_array(${ids}, ',')::uuid[])`
  const screenings = new Map(rows.map(({ id, ...screening }) => [id, screening]))
  return claims.flatMap((claim) => {
    const screening = screenings.get(claim.screening_id)
    return screening === undefined ? [] : [{ site_id: siteId, ...claim, ...screening }]
  })
}

const dueMessages = (
  database: Sql,
  topics: readonly Topic[],
  messagesMax: number,
  now: Date,
): Promise<DueMessage[]> => database<DueMessage[]>`
  -- across sites: what is due, wherever it is
  select site_id, screening_id, topic, number from outbox
  where done_at is null and failed_at is null and due_at <= ${now}
    and (claimed_until is null or claimed_until <= ${now})
    and topic in ${database([...topics])}
  order by due_at
  limit ${messagesMax}`

/**
 * Claims due messages, the longest due first, passing over rows that another worker is claiming now: one look across sites,
 * by the index of what is due, then one claim a site. Where others took all of it meanwhile, there is another look.
 *
 * @param messagesMax bound of one batch
 */
export const claimMessages = (
  database: Sql,
  topics: readonly Topic[],
  messagesMax: number,
  now: Date,
  claimedUntil: Date,
): Promise<ClaimedMessage[]> =>
  claimDue(
    () => dueMessages(database, topics, messagesMax, now),
    (siteId, due) => claimAt(database, siteId, due, now, claimedUntil),
  )

type MessageKey = Pick<ClaimedMessage, 'site_id' | 'screening_id' | 'topic' | 'number' | 'attempts'>

const ofClaim = (database: Sql, { site_id, screening_id, topic, number, attempts }: MessageKey) =>
  database`site_id = ${site_id} and screening_id = ${screening_id} and topic = ${topic}
    and number = ${number} and attempts = ${attempts} and done_at is null and failed_at is null`

/** The next party (gateway or mail server) has taken the message. */
export const markDone = async (database: Sql, message: MessageKey, now: Date): Promise<void> => {
  await database`update outbox set done_at = ${now}, claimed_until = null
    where ${ofClaim(database, message)}`
}

/** The message will be tried again at `dueAt`. */
export const postpone = async (
  database: Sql,
  message: MessageKey,
  dueAt: Date,
  failure: string,
): Promise<void> => {
  await database`update outbox set due_at = ${dueAt}, claimed_until = null, last_failure = ${failure}
    where ${ofClaim(database, message)}`
}

/** The message is given up. */
export const giveUp = async (
  database: Sql,
  message: MessageKey,
  now: Date,
  failure: string,
): Promise<void> => {
  await database`update outbox set failed_at = ${now}, claimed_until = null, last_failure = ${failure}
    where ${ofClaim(database, message)}`
}

/**
 * Keeps what the gateway said of a message. It may come before our own note that the gateway took it, and twice; a phone
 * that has the message does not lose it again.
 *
 * @returns false when there is no such message
 */
export const keepReceipt = async (
  database: Sql,
  { site_id, screening_id, topic, number }: MessageRow,
  receipt: string,
  now: Date,
): Promise<boolean> => {
  const { count } = await database`
    update outbox set
      receipt_at = case when receipt = 'delivered' then receipt_at else ${now}::timestamptz end,
      receipt = case when receipt = 'delivered' then receipt else ${receipt} end
    where site_id = ${site_id} and screening_id = ${screening_id} and topic = ${topic}
      and number = ${number}`
  return count > 0
}

/** Hands a claimed message back untried. */
export const release = async (database: Sql, message: MessageKey): Promise<void> => {
  await database`update outbox set claimed_until = null, attempts = attempts - 1
    where ${ofClaim(database, message)}`
}

const depthMax = 1_000_000

/** Messages not yet delivered nor given up, counted up to a million: for a gauge, asked for once in a while. */
export const waitingMessages = async (database: Sql): Promise<number> => {
  const [row] = await database<{ waiting: number }[]>`
    -- across sites: a gauge, once in a while
    select count(*)::integer as waiting from (
      select 1 from outbox
      where done_at is null and failed_at is null and topic in ${database(Object.keys(topics))}
      limit ${depthMax}
    ) as rows`
  return row?.waiting ?? 0
}
