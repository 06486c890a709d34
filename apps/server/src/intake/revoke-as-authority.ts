/**
 * Revoking by the authority: by certificate, screening, booklet, signer, or a professional since a time. Always expanded to
 * single certificates, each taken back by the one call that a withdrawal at a counter is: revocation, person told, audit row.
 *
 * Invariants
 * - Nothing is revoked by a rule that verifiers would have to apply: what is said before is what is done.
 * - It may be broken off and run again: what is revoked already is not among what is found.
 */

import { makeUuidV7 } from '@sidep/identifiers'
import type { PendingQuery, Row, Sql } from 'postgres'
import type { Clock, RandomBytes } from '../platform/clock.ts'
import type { Configuration } from '../platform/configuration.ts'
import { changeTopicsFor } from '../platform/link-topics.ts'
import { openCertificate, openScreening } from '../platform/sealed.ts'
import type { Vault } from '../platform/vault.ts'
import { type RevocableCodes, readWholeCodesFrom, revocableCodesOf } from './revocable-codes.ts'
import { insertAuthorityWithdrawal } from './store-change.ts'

export type RevocationTarget =
  /** By the identifier of the EU certificate, of the test or of the recovery that it proves. */
  | { readonly kind: 'certificate'; readonly uvci: string }
  | { readonly kind: 'screening'; readonly siteId: string; readonly screeningId: string }
  /** Entered or corrected in their name, from then on, or until a moment. */
  | {
      readonly kind: 'professional'
      readonly id: string
      readonly since: Date
      readonly until?: Date
    }
  | { readonly kind: 'booklet'; readonly siteId: string; readonly bookletId: string }
  /** Key id as 16 hexadecimal digits, or authority/certificate of a 2D-DOC. */
  | { readonly kind: 'signer'; readonly name: string }

export interface RevokingPortal {
  readonly configuration: Pick<Configuration, 'issuance'>
  readonly database: Sql
  readonly vault: Vault
  readonly clock: Clock
  readonly randomBytes: RandomBytes
}

export interface RevocationOrder {
  /** By which operations know who decides it. */
  readonly name: string
  readonly reason: string
}

interface Found {
  readonly site_id: string
  readonly id: string
  readonly state: 'waiting' | 'final'
  readonly corrections: number
  readonly key_id: number
  readonly sealed: Uint8Array
  readonly number: number
  readonly uvci: string
  readonly issued_at: Date
  readonly certificate_key_id: number
  readonly certificate_sealed: Uint8Array
  /** Key id of whoever signed the certificate of its recovery; null: there is none. */
  readonly recovery_signer: string | null
}

const pageRows = 500
/** After anything that is recorded. */
const endOfTime = new Date('9999-12-31T00:00:00Z')

const conditionOf = (database: Sql, target: RevocationTarget): PendingQuery<Row[]> => {
  switch (target.kind) {
    case 'certificate':
      return database`(c.uvci = ${target.uvci} or r.uvci = ${target.uvci})`
    case 'screening':
      return database`c.site_id = ${target.siteId} and c.screening_id = ${target.screeningId}::uuid`
    case 'professional': {
      const until = target.until ?? endOfTime
      // What was entered since then is found first, by its time: of each certificate in force it would be asked by the million.
      return database`(c.site_id, c.screening_id) in (
          select e.site_id, e.id from screening e
          where e.professional_id = ${target.id} and e.recorded_at >= ${target.since} and e.recorded_at < ${until}
          union all
          select k.site_id, k.screening_id from correction k
          where k.professional_id = ${target.id} and k.corrected_at >= ${target.since} and k.corrected_at < ${until})`
    }
    case 'booklet':
      return database`c.site_id = ${target.siteId} and exists (
        select from booklet_number b where b.site_id = c.site_id and b.screening_id = c.screening_id
          and b.booklet_id = ${target.bookletId})`
    case 'signer':
      return database`true`
  }
}

/** Certificates in force that a target is about, page by page. A rare look across sites, by the site where there is one. */
async function* certificatesOf(
  { database, clock }: RevokingPortal,
  target: RevocationTarget,
): AsyncGenerator<Found> {
  let last: Pick<Found, 'site_id' | 'id'> | undefined = {
    site_id: '',
    id: '00000000-0000-0000-0000-000000000000',
  }
  while (last !== undefined) {
    const rows: Found[] = await database<Found[]>`
      -- across sites: what an authority revokes, by rule
      select s.site_id, s.id, s.state, s.corrections, s.key_id, s.sealed, c.number, c.uvci, c.issued_at,
        c.key_id as certificate_key_id, c.sealed as certificate_sealed, r.signer as recovery_signer
      from certificate c
      join current_screening s on s.site_id = c.site_id and s.id = c.screening_id and c.number = s.corrections + 1
      left join recovery_certificate r on r.site_id = c.site_id and r.screening_id = c.screening_id and r.number = c.number
      where s.withdrawn_at is null and s.erased_at is null and c.expires_at > ${clock.now()}
        and (c.site_id, c.screening_id) > (${last.site_id}, ${last.id}::uuid)
        and ${conditionOf(database, target)}
      order by c.site_id, c.screening_id limit ${pageRows}`
    yield* rows
    last = rows.length < pageRows ? undefined : rows.at(-1)
  }
}

const codesOf = (
  { vault, configuration }: RevokingPortal,
  { site_id, id, number, uvci, issued_at, certificate_key_id, certificate_sealed }: Found,
  wholeCodesFrom: string,
): RevocableCodes => {
  const row = { key_id: certificate_key_id, sealed: certificate_sealed }
  const texts = openCertificate(vault, row, site_id, id, number)
  const { country } = configuration.issuance
  return revocableCodesOf(texts, { uvci, issuedAt: issued_at, country, wholeCodesFrom })
}

const isBySigner = (
  { hcert, twoddoc }: RevocableCodes,
  { recovery_signer }: Found,
  name: string,
): boolean => [hcert?.signer, twoddoc.signer, recovery_signer].includes(name)

export interface RevocationCount {
  readonly certificates: number
  /** By site, FINESS. */
  readonly sites: Readonly<Record<string, number>>
  /** Who changed meanwhile and was left alone: to be run again. */
  readonly changed: number
}

/**
 * What an order would touch, and with `order` does it.
 *
 * @param order null: nothing is done, the count is what would be
 */
export const revokeByTarget = async (
  portal: RevokingPortal,
  target: RevocationTarget,
  order: RevocationOrder | null,
): Promise<RevocationCount> => {
  const sites: Record<string, number> = {}
  let certificates = 0
  let changed = 0
  const wholeCodesFrom = await readWholeCodesFrom(portal.database)
  for await (const found of certificatesOf(portal, target)) {
    const codes =
      order === null && target.kind !== 'signer' ? null : codesOf(portal, found, wholeCodesFrom)
    if (codes !== null && target.kind === 'signer' && !isBySigner(codes, found, target.name))
      continue
    const isDone = order === null || codes === null || (await revoke(portal, found, codes, order))
    if (!isDone) {
      changed += 1
      continue
    }
    certificates += 1
    sites[found.site_id] = (sites[found.site_id] ?? 0) + 1
  }
  return { certificates, sites, changed }
}

const revoke = (
  { database, vault, clock, randomBytes }: RevokingPortal,
  found: Found,
  { hcert, twoddoc }: RevocableCodes,
  { name, reason }: RevocationOrder,
): Promise<boolean> => {
  const { person } = openScreening(vault, found, found.site_id, found.id)
  const at = clock.now()
  return insertAuthorityWithdrawal(database, {
    siteId: found.site_id,
    screeningId: found.id,
    id: makeUuidV7(at, randomBytes),
    at,
    replaces: found.corrections + 1,
    state: found.state,
    revoked: {
      number: found.number,
      hcertHash: hcert?.hash ?? null,
      twoddocHash: twoddoc.hash,
      saidAgain: null,
    },
    topics: changeTopicsFor('withdrawn', person.contact),
    name,
    words: reason,
  })
}
