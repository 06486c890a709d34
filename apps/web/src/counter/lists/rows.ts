import {
  type Delivery,
  defaultDisease,
  type EntryChange,
  type ScreeningAnswer,
  type ScreeningEntry,
  type ScreeningInput,
} from '@sidep/contracts'
import type { Amended } from '@sidep/sdk/parts'
import type { Content, HeldAmendment, HeldEntry } from '../outbox/content.ts'
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
  /** A correction or a withdrawal of it that is still here. */
  readonly amendment: HeldAmendment | null
}

const rowOfEntry = (entry: ScreeningEntry): Row => ({ ...entry, held: null, amendment: null })

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
  ...(known?.change === undefined ? {} : { change: known.change }),
  held,
  amendment: null,
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

/** What the portal, or this counter, has of a screening, as it is sent. */
export const inputOf = ({
  held,
  id,
  person,
  kind,
  disease,
  device,
  deviceName,
  sampledAt,
}: Row): ScreeningInput =>
  held?.screening.input ?? {
    id,
    person,
    kind,
    disease,
    device,
    ...(deviceName === null ? {} : { deviceName }),
    sampledAt,
  }

/** Those who wait for a result to be read, the longest first. */
export const waitingRows = (rows: readonly Row[]): Row[] =>
  ripestFirst(
    rows.filter(
      (row) =>
        !isWithdrawn(row) &&
        (row.state === 'waiting' || (row.state === 'to-send' && row.result === null)),
    ),
  )

/** Those with a result, the latest first; refused ones have a place of their own. */
export const doneRows = (rows: readonly Row[]): Row[] =>
  rows
    .filter(
      (row) =>
        isWithdrawn(row) ||
        row.state === 'final' ||
        row.state === 'sending-result' ||
        row.state === 'provisional' ||
        (row.state === 'to-send' && row.result !== null),
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

/** What the portal made of a screening that was put right, or taken back, from here: the lists may still have it as before. */
export interface AmendedEntry {
  readonly change: EntryChange
  readonly shown: Partial<Omit<ScreeningEntry, 'change'>>
}

/** Of an answered correction or withdrawal. @param now for a correction, whose answer does not say when */
export const amendedOf = (
  { input, amendment, ...content }: Content,
  amended: Amended,
  now: Date,
): AmendedEntry | null => {
  if (amended.act === 'withdraw' && amendment?.act === 'withdraw') {
    const { replaces: version, reason } = amendment
    const change = { kind: 'withdrawn', version, at: amended.at, reason } as const
    return { change, shown: { certificate: null } }
  }
  if (amended.act === 'correct' && amendment?.act === 'correct') {
    const { state, result, certificate, notices } = amended.answer
    const version = amendment.replaces + 1
    const at = now.toISOString()
    const isHeld = notices.includes('POSITIVE_TO_BE_CONFIRMED')
    return {
      change: { kind: 'corrected', version, at, reason: amendment.reason },
      shown: {
        ...shownOf({ input, ...content }),
        state,
        result,
        certificate,
        ...(isHeld ? { confirmation: 'wanted' as const } : {}),
      },
    }
  }
  return null
}

/** Of two versions of one screening, whether the first is the later one. */
const isLater = (change: EntryChange, known: EntryChange | undefined): boolean =>
  change.version > (known?.version ?? 1) ||
  (change.kind === 'withdrawn' &&
    known?.kind !== 'withdrawn' &&
    change.version === (known?.version ?? 1))

const withAmended = (row: Row, amended: AmendedEntry | undefined): Row => {
  if (amended === undefined || !isLater(amended.change, row.change)) return row
  const { confirmation: _, ...rest } = row
  const { shown, change } = amended
  const isSettled = row.state === 'waiting' || row.state === 'final'
  const { state = row.state, ...others } = shown
  return { ...rest, ...others, state: isSettled ? state : row.state, change }
}

/**
 * The rows with what was put right from here, and what is still to be; the others stay the same rows.
 *
 * @param amended by the screening's id
 * @param waiting corrections and withdrawals that are here
 */
export const amendedRows = (
  rows: readonly Row[],
  amended: ReadonlyMap<string, AmendedEntry>,
  waiting: readonly HeldAmendment[],
): readonly Row[] => {
  if (amended.size === 0 && waiting.length === 0) return rows
  const here = new Map(waiting.map((amendment) => [amendment.amends, amendment]))
  return rows.map((row) => {
    const shown = withAmended(row, amended.get(row.id))
    const amendment = here.get(row.id) ?? null
    return shown.amendment === amendment ? shown : { ...shown, amendment }
  })
}

/** Whether a screening still stands: one that was taken back has neither result nor certificate any more. */
export const isWithdrawn = ({ change }: Pick<Row, 'change'>): boolean =>
  change?.kind === 'withdrawn'
