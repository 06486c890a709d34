/** What happened to one screening, as the chain of its site, its certificates and its messages tell. */
import { CorrectionReason, type HistoryEvent, ScreeningWithdrawalReason } from '@sidep/contracts'
import type { Sql } from 'postgres'
import { Check } from 'typebox/schema'
import type { ActName } from '../audit/chain.ts'
import { changeTopics, emailTopic, smsTopic } from '../platform/link-topics.ts'
import { type MessageState, reasonOfFailure, reasonOfReceipt } from './deliveries.ts'
import type { StoredScreening } from './store.ts'

const eventsMax = 200

type Kind = HistoryEvent['kind']

const kinds: ReadonlyMap<string, Kind> = new Map<ActName, Kind>([
  ['screening.registered', 'registered'],
  ['screening.recorded', 'recorded'],
  ['screening.result-set', 'result-set'],
  ['screening.confirmed', 'confirmed'],
  ['screening.corrected', 'corrected'],
  ['screening.withdrawn', 'withdrawn'],
  ['result.set-aside', 'other-result'],
  ['screening.link-sent-again', 'sent-again'],
  ['screening.opened', 'read-at-site'],
  ['retrieval.opened', 'link-opened'],
  ['retrieval.refused', 'link-refused'],
  ['retrieval.renewed', 'link-renewed'],
])

interface Told {
  readonly at: Date
  readonly act: string
  readonly subject: string
  readonly professional_id: string | null
  readonly professional: string | null
  readonly operator_id: string | null
  readonly operator: string | null
}

// A subject is the id, or the id, a space and a reason: '!' is the character behind the space.
const actsText = `select a.at, a.act, a.subject, a.professional_id, a.operator_id,
    p.first_names || ' ' || upper(p.family_name) as professional,
    o.first_names || ' ' || upper(o.family_name) as operator
  from audit a
  left join professional p on p.id = a.professional_id
  left join professional o on o.id = a.operator_id
  where a.site_id = $1 and a.subject is not null
    and a.subject collate "C" >= $2 and a.subject collate "C" < $2 || '!'
  order by a.sequence limit $3`

const certificatesText =
  'select issued_at from certificate where site_id = $1 and screening_id = $2 order by number'

type About = HistoryEvent['about']

/** By topic: the way that a message went, and what it told. */
const messageTopics: ReadonlyMap<
  string,
  { readonly channel: 'sms' | 'email'; readonly about: About }
> = new Map([
  [smsTopic, { channel: 'sms', about: null }],
  [emailTopic, { channel: 'email', about: null }],
  [changeTopics.corrected.sms, { channel: 'sms', about: 'corrected' }],
  [changeTopics.corrected.email, { channel: 'email', about: 'corrected' }],
  [changeTopics.withdrawn.sms, { channel: 'sms', about: 'withdrawn' }],
  [changeTopics.withdrawn.email, { channel: 'email', about: 'withdrawn' }],
])

const messagesText = `select topic, done_at, failed_at, last_failure, receipt, receipt_at
  from outbox where site_id = $1 and screening_id = $2 and topic = any($3)
  order by number limit ${eventsMax}`

const nobody = { by: null, operator: null, reason: null, why: null, about: null } as const

/** What was wrong, as the chain has it behind the id: `version:2 reason:name`. */
const whyOf = ({ act, subject }: Told): HistoryEvent['why'] => {
  const isChange = act === 'screening.corrected' || act === 'screening.withdrawn'
  const reason = isChange ? / reason:([a-z-]+)$/.exec(subject)?.[1] : undefined
  return Check(CorrectionReason, reason) || Check(ScreeningWithdrawalReason, reason) ? reason : null
}

const eventOf = (told: Told): HistoryEvent[] => {
  const kind = kinds.get(told.act)
  if (kind === undefined) return []
  return [
    {
      at: told.at.toISOString(),
      kind,
      by: told.professional ?? told.professional_id,
      operator: told.operator ?? told.operator_id,
      reason: null,
      why: whyOf(told),
      about: null,
    },
  ]
}

const eventsOfMessage = (message: MessageState): HistoryEvent[] => {
  const { topic, done_at, failed_at, receipt, receipt_at } = message
  const known = messageTopics.get(topic)
  if (known === undefined) return []
  const { channel, about } = known
  const silent = { ...nobody, about }
  const events: HistoryEvent[] = []
  if (done_at !== null)
    events.push({ ...silent, at: done_at.toISOString(), kind: `${channel}-sent` })
  if (receipt !== null && receipt_at !== null) {
    const isDelivered = receipt === 'delivered'
    events.push({
      ...silent,
      at: receipt_at.toISOString(),
      kind: isDelivered ? `${channel}-delivered` : `${channel}-failed`,
      reason: isDelivered ? null : reasonOfReceipt(receipt),
    })
  } else if (failed_at !== null) {
    const reason = reasonOfFailure(message.last_failure)
    events.push({ ...silent, at: failed_at.toISOString(), kind: `${channel}-failed`, reason })
  }
  return events
}

/** The oldest first, at most so many. */
export const historyOf = async (
  database: Sql,
  siteId: string,
  { id, sampled_at }: Pick<StoredScreening, 'id' | 'sampled_at'>,
): Promise<{ events: HistoryEvent[]; truncated: boolean }> => {
  const [acts, certificates, messages] = await Promise.all([
    database.unsafe<Told[]>(actsText, [siteId, id, eventsMax], { prepare: true }),
    database.unsafe<{ issued_at: Date }[]>(certificatesText, [siteId, id], { prepare: true }),
    database.unsafe<MessageState[]>(messagesText, [siteId, id, [...messageTopics.keys()]], {
      prepare: true,
    }),
  ])
  const events: HistoryEvent[] = [
    { ...nobody, at: sampled_at.toISOString(), kind: 'sampled' },
    ...acts.flatMap(eventOf),
    ...certificates.map(
      ({ issued_at }): HistoryEvent => ({
        ...nobody,
        at: issued_at.toISOString(),
        kind: 'certified',
      }),
    ),
    ...messages.flatMap(eventsOfMessage),
  ]
  // Of one moment, as they are told: a sort keeps their order.
  events.sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  return { events: events.slice(0, eventsMax), truncated: acts.length === eventsMax }
}
