/**
 * Brings the directory of professionals and sites up to date from the agency's file.
 *
 * Invariants
 * - Importing the same file again changes nothing; stopping halfway and starting over ends the same.
 * - A line in error is reported and passed over; it never stops the others, and never ends an
 *   activity that it is still recognisably about.
 * - What has vanished is marked after the last line was read, never during, and not at all when so
 *   much vanished that the file must be cut or the wrong one.
 * - Memory is bounded by one batch, whatever the length of the file.
 */
import { createHash } from 'node:crypto'
import { makeUuidV7 } from '@sidep/identifiers'
import type { ReservedSql } from 'postgres'
import type { Clock, RandomBytes, Sql } from '../../platform/context.ts'
import { endDeactivated } from '../suspension.ts'
import { boundedLines } from './bounded-lines.ts'
import { byKey } from './by-key.ts'
import {
  type DirectoryActivity,
  type DirectoryHeader,
  type LineCode,
  readHeader,
  readLine,
} from './directory-line.ts'
import { forgetVanishedPlaces, preparePlaces, storePlaces } from './places-without-finess.ts'

export interface RefusedLine {
  /** From 1; the header is line 1. */
  readonly line: number
  readonly code: LineCode
  /** Name of the column at fault, where there is one. */
  readonly column: string | null
}

export interface ImportSummary {
  /** Lines after the header. */
  readonly lines: number
  readonly professionals: number
  readonly sites: number
  /** Pairs of professional and site. */
  readonly activities: number
  /** Lines whose structure has no FINESS: the professional is kept, there is no site. */
  readonly withoutSite: number
  /** Lines of people without RPPS. */
  readonly otherIdentifiers: number
  readonly refused: number
  readonly refusedByCode: Readonly<Partial<Record<LineCode, number>>>
  /** Activities that the file no longer has. */
  readonly deactivated: number
  /** Activities that would have been deactivated, but were too many to believe. */
  readonly deactivationWithheld: number
}

export type ImportResult =
  | { readonly ok: true; readonly summary: ImportSummary }
  | {
      readonly ok: false
      /** DIRECTORY_EMPTY: no line at all; DIRECTORY_HEADER: not a file of this kind. */
      readonly code: 'DIRECTORY_EMPTY' | 'DIRECTORY_HEADER'
      readonly missing: readonly string[]
    }

export interface ImportOptions {
  readonly database: Sql
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  /** Called for each refused line, in order. */
  readonly onRefused?: (refused: RefusedLine) => void
  /** Called after each batch. */
  readonly onProgress?: (lines: number) => void
  /** Deactivate whatever vanished, however much. */
  readonly allowShrinking?: boolean
}

const linesPerBatch = 2_000
/** Of a million activities a week ends some thousands. */
const vanishedAtOnce = 20_000

/** From one week to the next well under 1 % of activities end; more than this is a cut file. */
const deactivatedShareMax = 0.1
/** Below that many activities a share says nothing. */
const deactivatedAlways = 50

interface Tally {
  lines: number
  withoutSite: number
  otherIdentifiers: number
  refused: number
  readonly refusedByCode: Partial<Record<LineCode, number>>
}

const prepareSeen = async (connection: ReservedSql): Promise<void> => {
  await connection`create temporary table if not exists seen_activity
    (professional_id text, site_id text, primary key (professional_id, site_id))`
  await connection`create temporary table if not exists seen_professional (id text primary key)`
  await connection`create temporary table if not exists seen_site (id text primary key)`
  await connection`truncate seen_activity, seen_professional, seen_site`
  await preparePlaces(connection)
}

const storeProfessionals = async (
  connection: ReservedSql,
  activities: readonly DirectoryActivity[],
  now: Date,
): Promise<void> => {
  const people = byKey(activities, ({ professionalId }) => professionalId)
  const ids = people.map(({ professionalId }) => professionalId)
  await connection`
    insert into professional as known (id, family_name, first_names, profession, source, updated_at)
    select id, family_name, first_names, profession, 'directory', ${now} from unnest(
      ${ids}::text[], ${people.map(({ familyName }) => familyName)}::text[],
      ${people.map(({ firstNames }) => firstNames)}::text[],
      ${people.map(({ profession }) => profession)}::text[])
      as line (id, family_name, first_names, profession)
    on conflict (id) do update set family_name = excluded.family_name,
      first_names = excluded.first_names, profession = excluded.profession,
      source = excluded.source, updated_at = excluded.updated_at
    where (known.family_name, known.first_names, known.profession, known.source)
      is distinct from (excluded.family_name, excluded.first_names, excluded.profession, excluded.source)`
  await connection`insert into seen_professional select unnest(${ids}::text[]) on conflict do nothing`
}

type Placed = DirectoryActivity & { readonly site: NonNullable<DirectoryActivity['site']> }

const storeSites = async (
  connection: ReservedSql,
  placed: readonly Placed[],
  now: Date,
): Promise<void> => {
  const sites = byKey(
    placed.map(({ site }) => site),
    ({ id }) => id,
  )
  const ids = sites.map(({ id }) => id)
  await connection`
    insert into site as known (id, name, postal_code, source, updated_at)
    select id, name, postal_code, 'directory', ${now} from unnest(
      ${ids}::text[], ${sites.map(({ name }) => name)}::text[],
      ${sites.map(({ postalCode }) => postalCode)}::text[]) as line (id, name, postal_code)
    on conflict (id) do update set name = excluded.name, postal_code = excluded.postal_code,
      source = excluded.source, updated_at = excluded.updated_at
    where (known.name, known.postal_code, known.source)
      is distinct from (excluded.name, excluded.postal_code, excluded.source)`
  await connection`insert into seen_site select unnest(${ids}::text[]) on conflict do nothing`
}

const storeActivities = async (
  connection: ReservedSql,
  placed: readonly Placed[],
  now: Date,
): Promise<void> => {
  const pairs = byKey(placed, ({ professionalId, site }) => `${professionalId} ${site.id}`)
  const people = pairs.map(({ professionalId }) => professionalId)
  const sites = pairs.map(({ site }) => site.id)
  await connection`
    insert into professional_site as known (professional_id, site_id, profession, email, source, updated_at)
    select professional_id, site_id, profession, email, 'directory', ${now} from unnest(
      ${people}::text[], ${sites}::text[], ${pairs.map(({ profession }) => profession)}::text[],
      ${pairs.map(({ email }) => email)}::text[])
      as line (professional_id, site_id, profession, email)
    on conflict (professional_id, site_id) do update set profession = excluded.profession,
      email = excluded.email, source = excluded.source, updated_at = excluded.updated_at, deactivated_at = null
    where known.deactivated_at is not null
      or (known.profession, known.source, known.email)
        is distinct from (excluded.profession, excluded.source, excluded.email)`
  await connection`insert into seen_activity
    select * from unnest(${people}::text[], ${sites}::text[]) on conflict do nothing`
}

interface Batch {
  readonly activities: readonly DirectoryActivity[]
  /** Activities of faulty lines: known to be there, nothing else believed of them. */
  readonly seen: readonly { readonly professionalId: string; readonly siteId: string }[]
}

const storeBatch = async (
  connection: ReservedSql,
  { activities, seen }: Batch,
  now: Date,
): Promise<void> => {
  if (seen.length > 0) {
    await connection`insert into seen_activity select * from unnest(
      ${seen.map(({ professionalId }) => professionalId)}::text[],
      ${seen.map(({ siteId }) => siteId)}::text[]) on conflict do nothing`
  }
  if (activities.length === 0) return
  const placed = activities.filter((activity): activity is Placed => activity.site !== null)
  await storeProfessionals(connection, activities, now)
  await storePlaces(connection, activities)
  if (placed.length === 0) return
  await storeSites(connection, placed, now)
  await storeActivities(connection, placed, now)
}

interface Counts {
  professionals: number
  sites: number
  activities: number
  active: number
  vanished: number
}

const countSeen = async (connection: ReservedSql): Promise<Counts> => {
  const [counts] = await connection<Counts[]>`
    select (select count(*)::int from seen_professional) as professionals,
      (select count(*)::int from seen_site) as sites,
      (select count(*)::int from seen_activity) as activities,
      count(*)::int as active,
      (count(*) filter (where seen.site_id is null))::int as vanished
    from professional_site known left join seen_activity seen using (professional_id, site_id)
    where known.source = 'directory' and known.deactivated_at is null`
  if (counts === undefined) throw new Error('counting gave no row')
  return counts
}

/** Looked for first, then marked: a cluster changes no table that is on every machine by one that is only here. */
const deactivateVanished = async (connection: ReservedSql, now: Date): Promise<void> => {
  for (;;) {
    const gone = await connection<{ person: string; site: string }[]>`
      select professional_id as person, site_id as site from professional_site known
      where source = 'directory' and deactivated_at is null and not exists (
        select 1 from seen_activity seen
        where seen.professional_id = known.professional_id and seen.site_id = known.site_id)
      limit ${vanishedAtOnce}`
    await connection`
      update professional_site known set deactivated_at = ${now}
      from unnest(${gone.map(({ person }) => person)}::text[], ${gone.map(({ site }) => site)}::text[])
        as gone (person, site)
      where known.professional_id = gone.person and known.site_id = gone.site`
    if (gone.length < vanishedAtOnce) return
  }
}

const isBelievable = ({ vanished, active }: Counts): boolean =>
  vanished <= deactivatedAlways || vanished <= active * deactivatedShareMax

/** Reads the lines after the header in batches of activities, counting what is not one. */
async function* readBatches(
  lines: AsyncGenerator<{ number: number; text: string | null }>,
  header: DirectoryHeader,
  tally: Tally,
  onRefused: (refused: RefusedLine) => void,
): AsyncGenerator<Batch> {
  const refuse = (line: number, code: LineCode, column: string | null): void => {
    tally.refused += 1
    tally.refusedByCode[code] = (tally.refusedByCode[code] ?? 0) + 1
    onRefused({ line, code, column })
  }
  let activities: DirectoryActivity[] = []
  let seen: Batch['seen'][number][] = []
  for await (const { number, text } of lines) {
    if (text === '') continue
    tally.lines += 1
    const reading = text === null ? null : readLine(text, header)
    if (reading === null) refuse(number, 'LINE_TOO_LONG', null)
    else if (reading.kind === 'fault') {
      refuse(number, reading.code, reading.column)
      if (reading.about !== null) seen.push(reading.about)
    } else if (reading.kind === 'other-identifier') tally.otherIdentifiers += 1
    else {
      if (reading.value.site === null) tally.withoutSite += 1
      activities.push(reading.value)
    }
    if (tally.lines % linesPerBatch === 0) {
      yield { activities, seen }
      activities = []
      seen = []
    }
  }
  yield { activities, seen }
}

/** Passes bytes on and takes their digest on the way. */
async function* digesting(
  chunks: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
}

const importWith = async (
  connection: ReservedSql,
  file: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<ImportResult> => {
  const { clock, randomBytes, onRefused = () => {}, onProgress = () => {} } = options
  const startedAt = clock.now()
  const hash = createHash('sha256')
  const lines = boundedLines(digesting(file, hash))
  const first = await lines.next()
  if (first.done) return { ok: false, code: 'DIRECTORY_EMPTY', missing: [] }
  const header = readHeader(first.value.text ?? '')
  if (!header.ok) {
    await lines.return(undefined)
    return { ok: false, code: 'DIRECTORY_HEADER', missing: header.missing }
  }
  await prepareSeen(connection)
  const tally: Tally = {
    lines: 0,
    withoutSite: 0,
    otherIdentifiers: 0,
    refused: 0,
    refusedByCode: {},
  }
  for await (const batch of readBatches(lines, header.value, tally, onRefused)) {
    await storeBatch(connection, batch, startedAt)
    onProgress(tally.lines)
  }
  const counts = await countSeen(connection)
  const { professionals, sites, activities, vanished } = counts
  // A file of nothing but faults never passes for an empty country.
  const deactivate = activities > 0 && (options.allowShrinking === true || isBelievable(counts))
  if (deactivate) {
    await deactivateVanished(connection, startedAt)
    await endDeactivated(connection, startedAt)
    await forgetVanishedPlaces(connection)
  }
  const deactivated = deactivate ? vanished : 0
  await connection`insert into directory_import ${connection({
    id: makeUuidV7(startedAt, randomBytes),
    file_digest: hash.digest(),
    lines: tally.lines,
    professionals,
    sites,
    activities,
    refused: tally.refused,
    deactivated,
    started_at: startedAt,
    finished_at: clock.now(),
  })}`
  return {
    ok: true,
    summary: {
      ...tally,
      professionals,
      sites,
      activities,
      deactivated,
      deactivationWithheld: vanished - deactivated,
    },
  }
}

const statementMinutesMax = 10

/** Any number that nothing else locks: 'annu' in ASCII. */
const importLock = 0x616e6e75

/**
 * Imports a whole file.
 *
 * @param file bytes of the file, as a stream gives them
 * @returns a summary, or why the file is not a directory at all; then nothing was changed
 * @throws the database's error; what was stored until then stays, nothing is deactivated, and
 *   importing again completes it
 *
 * @example
 * const result = await importDirectory(createReadStream('PS_LibreAcces_Personne_activite_202611230400.txt'), options)
 */
export const importDirectory = async (
  file: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<ImportResult> => {
  const connection = await options.database.reserve()
  try {
    // The pool's own time-out is for people who wait; counting a whole country may take longer.
    await connection`select set_config('statement_timeout', ${`${statementMinutesMax}min`}, false)`
    // One import at a time: two files at once would each mark what only the other has.
    await connection`select pg_advisory_lock(${importLock})`
    try {
      return await importWith(connection, file, options)
    } finally {
      await connection`select pg_advisory_unlock(${importLock})`
      await connection`reset statement_timeout`
    }
  } finally {
    connection.release()
  }
}

/** Whether no directory was ever imported to its end. */
export const isDirectoryEmpty = async (database: Sql): Promise<boolean> => {
  const [row] = await database`
    select 1 from directory_import where finished_at is not null limit 1`
  return row === undefined
}
