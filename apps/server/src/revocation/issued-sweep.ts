/**
 * Writes down by which hashes everything that is issued can be revoked: what filters are built over, and kept for longer
 * than the certificates themselves, because no person is in it.
 *
 * Invariants
 * - An hour is read once it can have no more certificates: `settledMilliseconds` after its end.
 * - Its hashes and the mark that it was read are stored together: killed at any instant, none is missing or there twice.
 * - A hash stands under the hour in which a verifier takes its certificate to be issued at the latest.
 */
import { bytesToHex } from '@sidep/encoding'
import { dayMilliseconds, hourMilliseconds } from '@sidep/time'
import { packedHashes } from '@sidep/trust'
import {
  type RevocableCodes,
  readWholeCodesFrom,
  revocableCodesOf,
} from '../intake/revocable-codes.ts'
import type { Platform } from '../platform/context.ts'
import { openCertificate } from '../platform/sealed.ts'
import { type IssuedSweep, readSweep } from './filter-store.ts'

export type FilterPlatform = Pick<
  Platform,
  'configuration' | 'database' | 'clock' | 'vault' | 'log'
>

/** A certificate is stored in the request that signed it: seconds, and as much again for clocks that differ. */
const settledMilliseconds = 10 * 60_000
const pageRows = 2_000

interface CertificateRow {
  readonly site_id: string
  readonly screening_id: string
  readonly number: number
  readonly uvci: string
  readonly issued_at: Date
  readonly key_id: number
  readonly sealed: Uint8Array
}

export const hourOf = (at: Date): Date =>
  new Date(Math.floor(at.getTime() / hourMilliseconds) * hourMilliseconds)

/** By what a certificate is revoked, hex of 16 bytes, by whom it is signed, and the hour that it counts under. */
interface IssuedCode {
  readonly hash: string
  readonly signer: string
  readonly hour: Date
}

const codesOf = ({ hcert, twoddoc }: RevocableCodes): readonly IssuedCode[] =>
  [twoddoc, ...(hcert === null ? [] : [hcert])].map(({ hash, signer, latestIssue }) => ({
    hash: bytesToHex(hash.subarray(0, 16)),
    signer,
    hour: hourOf(latestIssue),
  }))

/** Where the first sweep begins: with the first certificate of which none after it was removed yet. */
const firstSweep = async ({
  configuration,
  database,
  clock,
}: FilterPlatform): Promise<IssuedSweep> => {
  const [row] = await database<{ first: Date | null }[]>`
    -- across sites: filters of all that was issued
    select min(issued_at) as first from certificate`
  const now = clock.now()
  const kept = now.getTime() - (configuration.retention.identifyingDays - 1) * dayMilliseconds
  const from = hourOf(new Date(Math.max(kept, (row?.first ?? now).getTime())))
  await database`
    insert into issued_sweep (swept_from, swept_until, signers) values (${from}, ${from}, '{}')
    on conflict do nothing`
  return { from, until: from, signers: [] }
}

interface RecoveryRow {
  readonly hcert_hash: Uint8Array
  readonly signer: string
  readonly issued_at: Date
}

/** Certificates of recovery are few beside tests: an hour of them is one read. */
const recoveriesOfHour = async (
  { database }: FilterPlatform,
  hour: Date,
  end: Date,
): Promise<readonly IssuedCode[]> => {
  const rows = await database<RecoveryRow[]>`
    -- across sites: filters of all that was issued
    select hcert_hash, signer, issued_at from recovery_certificate
    where issued_at >= ${hour} and issued_at < ${end}`
  return rows.map(({ hcert_hash, signer, issued_at }) => ({
    hash: bytesToHex(hcert_hash.subarray(0, 16)),
    signer,
    hour: hourOf(issued_at),
  }))
}

const codesOfHour = async (
  platform: FilterPlatform,
  hour: Date,
): Promise<readonly IssuedCode[]> => {
  const end = new Date(hour.getTime() + hourMilliseconds)
  return [
    ...(await testsOfHour(platform, hour, end)),
    ...(await recoveriesOfHour(platform, hour, end)),
  ]
}

const testsOfHour = async (
  { configuration, database, vault }: FilterPlatform,
  hour: Date,
  end: Date,
): Promise<readonly IssuedCode[]> => {
  const { country } = configuration.issuance
  const wholeCodesFrom = await readWholeCodesFrom(database)
  const codes: IssuedCode[] = []
  let last: Pick<CertificateRow, 'site_id' | 'screening_id' | 'number'> | undefined = {
    site_id: '',
    screening_id: '00000000-0000-0000-0000-000000000000',
    number: 0,
  }
  while (last !== undefined) {
    // Across sites: rare, and by the time of issue.
    const rows: CertificateRow[] = await database<CertificateRow[]>`
      -- across sites: filters of all that was issued
      select site_id, screening_id, number, uvci, issued_at, key_id, sealed from certificate
      where issued_at >= ${hour} and issued_at < ${end}
        and (site_id, screening_id, number) > (${last.site_id}, ${last.screening_id}::uuid, ${last.number}::smallint)
      order by site_id, screening_id, number limit ${pageRows}`
    for (const row of rows) {
      const { site_id: site, screening_id: id, number, uvci, issued_at: issuedAt } = row
      const texts = openCertificate(vault, row, site, id, number)
      codes.push(...codesOf(revocableCodesOf(texts, { uvci, issuedAt, country, wholeCodesFrom })))
    }
    last = rows.length < pageRows ? undefined : rows.at(-1)
  }
  return codes
}

const storeHour = async (
  { database }: FilterPlatform,
  hour: Date,
  codes: readonly IssuedCode[],
): Promise<void> => {
  const byHour = Map.groupBy(codes, ({ hour: of }) => of.getTime())
  // Which hour it came from: no hour is stored twice.
  const chunk = hour.getTime() / hourMilliseconds
  const signers = [...new Set(codes.map(({ signer }) => signer))]
  await database.begin(async (transaction) => {
    for (const [at, of] of byHour) {
      const hashes = packedHashes(new Set(of.map(({ hash }) => hash)))
      await transaction`
        insert into issued_hashes (hour, chunk, hashes) values (${new Date(at)}, ${chunk}, ${hashes})`
    }
    await transaction`
      update issued_sweep set swept_until = ${new Date(hour.getTime() + hourMilliseconds)},
        signers = (
          select coalesce(array_agg(distinct name order by name), '{}')
          from unnest(signers || string_to_array(${signers.join(',')}, ',')) as name where name <> '')`
  })
}

/** Reads every hour that is over and was not read. @returns what is written down now */
export const sweepIssued = async (
  platform: FilterPlatform,
  stopping: AbortSignal,
): Promise<IssuedSweep> => {
  const { database, clock } = platform
  let sweep = (await readSweep(database)) ?? (await firstSweep(platform))
  const horizon = clock.now().getTime() - settledMilliseconds
  while (!stopping.aborted && sweep.until.getTime() + hourMilliseconds <= horizon) {
    const next = await nextHour(platform, sweep.until, horizon)
    await storeHour(platform, next, await codesOfHour(platform, next))
    sweep = (await readSweep(database)) ?? sweep
  }
  return sweep
}

/** The next hour in which anything was issued, or the last one that is over: a quiet night is one step. */
const nextHour = async (
  { database }: FilterPlatform,
  after: Date,
  horizon: number,
): Promise<Date> => {
  const [row] = await database<{ first: Date | null }[]>`
    -- across sites: filters of all that was issued
    select least(
      (select min(issued_at) from certificate where issued_at >= ${after}),
      (select min(issued_at) from recovery_certificate where issued_at >= ${after})) as first`
  const last = hourOf(new Date(horizon)).getTime() - hourMilliseconds
  return new Date(Math.min(last, hourOf(row?.first ?? new Date(last)).getTime()))
}
