import {
  type Delivery,
  defaultDisease,
  type ScreeningAnswer,
  type ScreeningEntry,
} from '@sidep/contracts'
import type { Content, HeldEntry } from '../outbox/content.ts'
import { ripestFirst } from './timer.ts'

/** A screening as the lists show it: what the server has, overlaid with what it does not have yet. */
export interface Row extends Omit<ScreeningEntry, 'state'> {
  /**
   * `waiting` for its result; `to-send` recorded on this counter only; `sending-result` known to the
   * server, its result not yet; `provisional` the person has a document of this counter; `refused` came back; `final`.
   */
  readonly state: 'waiting' | 'to-send' | 'sending-result' | 'provisional' | 'refused' | 'final'
  /** The entry of the outbox behind a state other than `waiting` and `final`. */
  readonly held: HeldEntry | null
}

const rowOfEntry = (entry: ScreeningEntry): Row => ({ ...entry, held: null })

const shownOf = ({ input }: Content) => ({
  person: input.person,
  kind: input.kind,
  device: input.device,
  deviceName: input.deviceName ?? null,
  disease: input.disease ?? defaultDisease,
  sampledAt: input.sampledAt,
})

const stateOf = ({ stage, document }: HeldEntry, unsent: 'to-send' | 'sending-result') => {
  if (stage === 'refused') return 'refused'
  return document?.text ? 'provisional' : unsent
}

const rowOfHeld = (held: HeldEntry, known?: ScreeningEntry): Row => ({
  id: held.id,
  state: stateOf(held, known === undefined ? 'to-send' : 'sending-result'),
  ...shownOf(held.screening),
  recordedAt: known?.recordedAt ?? new Date(held.typedAt).toISOString(),
  result: held.screening.input.result ?? null,
  certificate: null,
  held,
})

/**
 * Every screening of the site that this counter knows of, each once.
 *
 * @param entries from the server, any order, duplicates allowed (the later wins)
 * @param held this site's, in the outbox
 */
export const rowsOf = (entries: readonly ScreeningEntry[], held: readonly HeldEntry[]): Row[] => {
  const rows = new Map(entries.map((entry) => [entry.id, rowOfEntry(entry)]))
  const known = new Map(entries.map((entry) => [entry.id, entry]))
  for (const entry of held) {
    const listed = known.get(entry.id)
    // The server has it (its answer was lost on the way): the server is right.
    const isKnown = listed !== undefined && entry.screening.input.result === undefined
    if (isKnown || listed?.state === 'final') continue
    rows.set(entry.id, rowOfHeld(entry, listed))
  }
  return [...rows.values()]
}

/** Those who wait for a result to be read, the longest first. */
export const waitingRows = (rows: readonly Row[]): Row[] =>
  ripestFirst(
    rows.filter(
      ({ state, result }) => state === 'waiting' || (state === 'to-send' && result === null),
    ),
  )

/** Those with a result, the latest first; refused ones have a place of their own. */
export const doneRows = (rows: readonly Row[]): Row[] =>
  rows
    .filter(
      ({ state, result }) =>
        state === 'final' ||
        state === 'sending-result' ||
        state === 'provisional' ||
        (state === 'to-send' && result !== null),
    )
    .sort((a, b) => Date.parse(b.recordedAt) - Date.parse(a.recordedAt))

/** With the result the link goes to each way that the person gave; a list tells the first of them, in part. */
const deliveriesOf = (
  { input }: Content,
  { state }: ScreeningAnswer,
  contactHint = '',
): Delivery[] => {
  const { phone, email } = input.person.contact ?? {}
  const begun = { state: 'pending', reason: null, at: null } as const
  if (state === 'waiting') return []
  const isHintedEmail = contactHint.includes('@')
  const hasPhone = phone !== undefined || (contactHint !== '' && !isHintedEmail)
  const hasEmail = email !== undefined || isHintedEmail
  return [
    ...(hasPhone ? [{ channel: 'sms' as const, ...begun }] : []),
    ...(hasEmail ? [{ channel: 'email' as const, ...begun }] : []),
  ]
}

/**
 * A server's entry made of the answer to an own request: the list is right before the next poll.
 *
 * @param known the server's entry so far, when the request set the result of a screening that it has
 */
export const entryOfAnswer = (
  content: Content,
  answer: ScreeningAnswer,
  known?: ScreeningEntry,
): ScreeningEntry => {
  const shown = shownOf(content)
  const contactHint = known?.contactHint
  const deliveries = deliveriesOf(content, answer, contactHint)
  return {
    id: answer.id,
    state: answer.state,
    ...shown,
    ...(contactHint === undefined ? {} : { contactHint }),
    disease: known?.disease ?? shown.disease,
    recordedAt: answer.recordedAt,
    result: answer.result,
    certificate: answer.certificate,
    ...(answer.notices.includes('POSITIVE_TO_BE_CONFIRMED')
      ? { confirmation: 'wanted' as const }
      : {}),
    ...(deliveries.length === 0 ? {} : { deliveries }),
  }
}
