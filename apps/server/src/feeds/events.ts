/**
 * What a receiver is sent: CloudEvents 1.0 (CNCF). `id` is the same over every try and tells duplicates; `subject` is the
 * screening, and of several events of one subject the one with the highest `sequence` is true.
 */
import { defaultDisease } from '@sidep/contracts'
import type { Clock } from '../platform/clock.ts'
import { openScreening } from '../platform/sealed.ts'
import type { Vault } from '../platform/vault.ts'
import type { ItemFeed } from './feed-names.ts'
import type { CaseRow, ClaimedItem, RecordRow } from './items.ts'

export interface FeedEvent {
  readonly specversion: '1.0'
  /** 22 characters, base64url. */
  readonly id: string
  readonly source: string
  readonly type: string
  /** 22 characters, base64url: of a screening, in this feed alone. */
  readonly subject: string
  /** Of the act that is told of, RFC 3339. */
  readonly time: string
  /** CloudEvents extension `sequence`: orders as text. */
  readonly sequence: string
  readonly datacontenttype: 'application/json'
  readonly data: unknown
}

export const screeningOf = ({
  site_id,
  screening_id,
}: Pick<ClaimedItem, 'site_id' | 'screening_id'>): string => `${site_id}|${screening_id}`

const short = (hash: Uint8Array): string => Buffer.from(hash).subarray(0, 16).toString('base64url')

const eventOf = (
  vault: Pick<Vault, 'searchHash'>,
  source: string,
  feed: ItemFeed,
  item: ClaimedItem,
  what: string,
  data: unknown,
): FeedEvent => ({
  specversion: '1.0',
  id: short(vault.searchHash('feed-event', `${feed}|${screeningOf(item)}|${item.sequence}`)),
  source: `${source}/feeds/${feed}`,
  type: `sidep.${feed}.${what}`,
  subject: short(vault.searchHash('feed-subject', `${feed}|${screeningOf(item)}`)),
  time: item.since.toISOString(),
  sequence: item.sequence.padStart(12, '0'),
  datacontenttype: 'application/json',
  data,
})

export interface EventPlatform {
  readonly vault: Vault
  readonly publicUrl: string
  readonly clock: Clock
}

const isPositive = (row: CaseRow): boolean =>
  row.state === 'final' &&
  row.result === 'positive' &&
  row.disease === defaultDisease &&
  row.withdrawn_at === null

/** What somebody needs who has to reach a person and those whom they met, and no more: no INS, no code, no device. */
const caseOf = (vault: Vault, row: CaseRow) => {
  const { person } = openScreening(vault, row, row.site_id, row.id)
  const { familyName, firstNames, birthDate, sex, postalCode = null, contact } = person
  return {
    person: {
      familyName,
      firstNames,
      birthDate,
      sex,
      postalCode,
      phone: contact?.phone ?? null,
      email: contact?.email ?? null,
      language: contact?.language ?? 'fr',
    },
    kind: row.kind,
    sampledAt: row.sampled_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    symptoms: row.symptoms,
    symptomsOnset: row.symptoms_onset,
    site: { id: row.site_id, name: row.site_name ?? '' },
    /** A positive that came late and that nobody else has vouched for yet. */
    isConfirmed: row.held_by === null || row.confirmed_at !== null,
  }
}

/** Null: nothing has to be said. A case that is none any more says so, and nothing of anybody. */
export const tracingEvent = (
  { vault, publicUrl }: EventPlatform,
  item: ClaimedItem,
  row: CaseRow | undefined,
): FeedEvent | null => {
  if (row !== undefined && isPositive(row))
    return eventOf(vault, publicUrl, 'tracing', item, 'case', caseOf(vault, row))
  if (!item.was_sent) return null
  const isThere = row !== undefined && row.withdrawn_at === null
  const reason = isThere ? 'corrected' : 'withdrawn'
  return eventOf(vault, publicUrl, 'tracing', item, 'case-ended', { reason })
}

export const surveillanceEvent = (
  { vault, publicUrl }: EventPlatform,
  item: ClaimedItem,
  row: RecordRow | undefined,
): FeedEvent | null => {
  const isThere = row !== undefined && !row.withdrawn
  if (!isThere) {
    return item.was_sent
      ? eventOf(vault, publicUrl, 'surveillance', item, 'record-ended', { reason: 'withdrawn' })
      : null
  }
  const { pseudonym, day, kind, disease, result, sex, age_class, department } = row
  return eventOf(vault, publicUrl, 'surveillance', item, 'record', {
    pseudonym,
    day,
    kind,
    disease,
    result,
    sex,
    ageClass: age_class,
    department,
    symptoms: row.symptoms,
    symptomsOnset: row.symptoms_onset,
  })
}
