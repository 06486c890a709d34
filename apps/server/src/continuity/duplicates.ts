/** Whether what is about to be typed from papers is there already, by person and time. */

import type { DuplicatesAnswer, DuplicatesInput } from '@sidep/contracts'
import { bytesToHex } from '@sidep/encoding'
import { parseUuidV7 } from '@sidep/identifiers'
import { dayMilliseconds } from '@sidep/time'
import { personHashesOf } from '../intake/index.ts'
import type { ContinuityPlatform } from './dependencies.ts'

/** One person is not tested twice within the hour; the counter's grid says the same. */
const nearSeconds = 3_600

interface FoundRow {
  readonly id: string
  readonly sampled_at: Date
  readonly recorded_at: Date
}

/** Of the screenings asked about those that the site seems to have, each with the nearest. */
export const findDuplicates = async (
  { database, vault }: Pick<ContinuityPlatform, 'database' | 'vault'>,
  { screenings }: DuplicatesInput,
  siteId: string,
): Promise<DuplicatesAnswer> => {
  const asked = screenings.flatMap(({ id, sampledAt, ...person }) => {
    const parsed = parseUuidV7(id)
    const at = new Date(sampledAt)
    // What cannot be read is no double; recording it will say what is wrong.
    if (!parsed.ok || Number.isNaN(at.getTime())) return []
    // It was recorded at the earliest when it was sampled, whatever either clock said.
    const since = new Date(at.getTime() - dayMilliseconds)
    const hashes = personHashesOf(vault, person, since).map((hash) => `\\x${bytesToHex(hash)}`)
    return [{ id: parsed.value, at: at.toISOString(), hashes }]
  })
  if (asked.length === 0) return { found: [] }
  const rows = await database<FoundRow[]>`
    select v.id, near.sampled_at, near.recorded_at
    from jsonb_to_recordset(${JSON.stringify(asked)}::text::jsonb) as v(id uuid, at timestamptz, hashes bytea[])
    cross join lateral (
      select s.sampled_at, s.recorded_at from (
        select id from screening where site_id = ${siteId} and person_hash = any(v.hashes)
        union select screening_id from correction where site_id = ${siteId} and person_hash = any(v.hashes)
      ) as likely
      join current_screening s on s.site_id = ${siteId} and s.id = likely.id
      where s.person_hash = any(v.hashes) and s.id <> v.id and s.withdrawn_at is null
        and abs(extract(epoch from s.sampled_at - v.at)) < ${nearSeconds}
      order by abs(extract(epoch from s.sampled_at - v.at)) limit 1
    ) near`
  return {
    found: rows.map(({ id, sampled_at, recorded_at }) => ({
      id,
      sampledAt: sampled_at.toISOString(),
      recordedAt: recorded_at.toISOString(),
    })),
  }
}
