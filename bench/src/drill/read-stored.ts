/** What the database has in the end, read by a connection of our own; and what a reader of each site is shown. */
import { setTimeout as wait } from 'node:timers/promises'
import { routes, type ScreeningEntry } from '@sidep/contracts'
import { checkChain } from '@sidep/server/audit/check.ts'
import type { Sql } from 'postgres'
import { request } from 'undici'
import { bodyDigest, type SentAct } from './counters.ts'
import type { StoredChain, StoredScreening } from './history.ts'

interface ScreeningRow {
  site_id: string
  id: string
  rows: number
  state: string
}

interface PartRow {
  site_id: string
  screening_id: string
  number: number
  issued_at: Date
}

interface ActRow {
  subject: string
  sequence: string
  act: string
}

interface CorrectionRow {
  screening_id: string
  id: string
}

const together = <T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row])
  return groups
}

const triesMax = 20
const pauseMilliseconds = 500

/** @returns the digest of what is shown; null: there is no such screening */
const shownBody = async (target: string, act: SentAct): Promise<string | null> => {
  const path = routes.screening.replace(':id', act.screeningId)
  for (let tries = 1; ; tries += 1) {
    const { statusCode, body } = await request(`${target}${path}`, {
      headers: { cookie: act.counter.cookie },
    })
    const text = await body.text()
    if (statusCode === 404) return null
    if (statusCode === 200) {
      const { person, device, sampledAt, result } = JSON.parse(text) as ScreeningEntry
      return bodyDigest(person, device, sampledAt, result)
    }
    if (tries === triesMax) throw new Error(`${act.screeningId} cannot be read: ${text}`)
    await wait(pauseMilliseconds)
  }
}

/** So many at a time, of each kind of asking. */
const atOnce = 16

const shownBodies = async (
  targets: readonly string[],
  acts: readonly SentAct[],
): Promise<Map<string, string | null>> => {
  const bodies = new Map<string, string | null>()
  const left = [...new Map(acts.map((act) => [act.screeningId, act])).values()]
  const work = async (number: number): Promise<void> => {
    for (let act = left.pop(); act !== undefined; act = left.pop())
      bodies.set(act.screeningId, await shownBody(targets[number % targets.length] ?? '', act))
  }
  await Promise.all(Array.from({ length: atOnce }, (_, number) => work(number)))
  return bodies
}

/** @param targets portals that work */
export const readStored = async (
  sql: Sql,
  targets: readonly string[],
  acts: readonly SentAct[],
): Promise<{ stored: StoredScreening[]; chains: StoredChain[] }> => {
  const siteIds = [...new Set(acts.map(({ siteId }) => siteId))]
  const sites = siteIds.join(',')
  const screenings = await sql<ScreeningRow[]>`
    select min(site_id) as site_id, id, count(*)::int as rows, min(state) as state from screening
    where site_id = any(string_to_array(${sites}, ',')) group by id`
  const certificates = await sql<PartRow[]>`
    select site_id, screening_id, number, issued_at from certificate
    where site_id = any(string_to_array(${sites}, ',')) order by site_id, screening_id, issued_at, number`
  const audit = await sql<ActRow[]>`
    select split_part(subject, ' ', 1) as subject, sequence, act from audit
    where site_id = any(string_to_array(${sites}, ',')) and subject is not null order by site_id, sequence`
  const corrections = await sql<CorrectionRow[]>`
    select screening_id, id from correction
    where site_id = any(string_to_array(${sites}, ',')) order by site_id, screening_id, number`
  const certificatesOf = together(certificates, (row) => row.screening_id)
  const auditOf = together(audit, (row) => row.subject)
  const correctionsOf = together(corrections, (row) => row.screening_id)
  const bodies = await shownBodies(targets, acts)
  const stored = screenings.map(({ site_id, id, rows, state }) => ({
    siteId: site_id,
    id,
    rows,
    isFinal: state === 'final',
    body: bodies.get(id) ?? null,
    corrections: (correctionsOf.get(id) ?? []).map((row) => row.id),
    certificates: (certificatesOf.get(id) ?? []).map(({ number, issued_at }) => ({
      number,
      issuedAt: issued_at.getTime(),
    })),
    audit: (auditOf.get(id) ?? []).map(({ sequence, act }) => ({
      sequence: Number(sequence),
      act,
    })),
  }))
  const chains: StoredChain[] = []
  for (const siteId of siteIds) chains.push({ siteId, isWhole: (await checkChain(sql, siteId)).ok })
  return { stored, chains }
}
