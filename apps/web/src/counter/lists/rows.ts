import { defaultDisease, type ScreeningAnswer, type ScreeningEntry } from '@sidep/contracts'
import type { Outbox, OutboxEntry } from '../outbox/outbox.ts'
import { ripestFirst } from './timer.ts'

/** A screening as the lists show it: what the server has, overlaid with what it does not have yet. */
export interface Row extends Omit<ScreeningEntry, 'state'> {
  /**
   * `waiting` for its result; `to-send` recorded on this counter only; `sending-result` known to the
   * server, its result not yet; `refused` came back; `final`.
   */
  readonly state: 'waiting' | 'to-send' | 'sending-result' | 'refused' | 'final'
  /** The entry of the outbox behind a state other than `waiting` and `final`. */
  readonly queued: OutboxEntry | null
}

const rowOfEntry = (entry: ScreeningEntry): Row => ({ ...entry, queued: null })

/** Disease of a screening that is here only; a result alone says nothing of it. */
const diseaseOf = ({ request }: OutboxEntry): string =>
  (request.kind === 'screening' ? request.input.disease : undefined) ?? defaultDisease

const rowOfQueued = (entry: OutboxEntry, outbox: Outbox): Row => {
  const later = outbox.find(({ id, request }) => id === entry.id && request.kind === 'result')
  const request = entry.request.kind === 'screening' ? entry.request.input.result : undefined
  const result = later?.request.input.result ?? request ?? null
  return {
    id: entry.id,
    state: entry.refusal ? 'refused' : 'to-send',
    ...entry.shown,
    disease: diseaseOf(entry),
    recordedAt: entry.queuedAt,
    result,
    certificate: null,
    queued: entry,
  }
}

/**
 * Every screening of the site that this counter knows of, each once.
 *
 * @param entries from the server, any order, duplicates allowed (the later wins)
 * @param outbox this site's
 */
export const rowsOf = (entries: readonly ScreeningEntry[], outbox: Outbox): Row[] => {
  const rows = new Map(entries.map((entry) => [entry.id, rowOfEntry(entry)]))
  for (const entry of outbox) {
    if (entry.request.kind === 'screening') {
      // The server has it (its answer was lost on the way): the server is right.
      if (!rows.has(entry.id)) rows.set(entry.id, rowOfQueued(entry, outbox))
      continue
    }
    const known = rows.get(entry.id)
    if (
      known === undefined ||
      known.state === 'final' ||
      known.queued?.request.kind === 'screening'
    )
      continue
    rows.set(entry.id, {
      ...known,
      state: entry.refusal ? 'refused' : 'sending-result',
      result: entry.request.input.result ?? null,
      queued: entry,
    })
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
        state === 'final' || state === 'sending-result' || (state === 'to-send' && result !== null),
    )
    .sort((a, b) => Date.parse(b.recordedAt) - Date.parse(a.recordedAt))

/**
 * A server's entry made of the answer to an own request: the list is right before the next poll.
 *
 * @param known the server's entry so far, when the request set the result of a screening that it has
 */
export const entryOfAnswer = (
  queued: OutboxEntry,
  answer: ScreeningAnswer,
  known?: ScreeningEntry,
): ScreeningEntry => ({
  id: answer.id,
  state: answer.state,
  ...queued.shown,
  disease: known?.disease ?? diseaseOf(queued),
  recordedAt: answer.recordedAt,
  result: answer.result,
  certificate: answer.certificate,
})
