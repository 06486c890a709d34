/** The schedule of keys in the database, by which every process publishes the same keys and changes at the same moment. */
import { X509Certificate } from 'node:crypto'
import { bytesToHex, equalBytes } from '@sidep/encoding'
import type { Sql, TransactionSql } from 'postgres'
import { recordAct } from '../audit/chain.ts'
import { portalChain } from '../audit/sign-heads.ts'
import type { SignerScope } from '../platform/signer.ts'
import { isUnderRoot } from '../platform/under-root.ts'
import { keyIdOf, type ScheduledKey } from './key-schedule.ts'

interface KeyRow {
  readonly scope: SignerScope
  readonly key_id: Uint8Array
  readonly certificate: Uint8Array
  readonly ca_id: string | null
  readonly certificate_id: string | null
  readonly succession: Uint8Array | null
  readonly signs_from: Date
  readonly revoked_at: Date | null
}

const scheduledOf = (row: KeyRow): ScheduledKey => ({
  scope: row.scope,
  keyId: new Uint8Array(row.key_id),
  certificate: new Uint8Array(row.certificate),
  signsFrom: row.signs_from,
  revokedAt: row.revoked_at,
  twoddoc:
    row.ca_id === null || row.certificate_id === null
      ? null
      : { caId: row.ca_id, certificateId: row.certificate_id },
  succession: row.succession === null ? null : new Uint8Array(row.succession),
})

/** As 2D-DOC names a certificate: no name of another scope's signer is one. */
const twoddocName = /^[0-9A-Z]{4}$/

/**
 * Whether the root made a certificate for the scope that its row says: a key that leaked out of one scope must not become a
 * signer of another by a word in the database.
 */
const isOfScope = (
  certificate: X509Certificate,
  { scope, certificate_id: name }: KeyRow,
): boolean => {
  const names = certificate.subject.split('\n')
  if (scope !== 'twoddoc') return names.includes(`CN=sidep ${scope}`)
  return name !== null && twoddocName.test(name) && names.includes(`CN=${name}`)
}

const isOurs = (row: KeyRow, root: X509Certificate): boolean => {
  const certificate = new X509Certificate(row.certificate)
  return (
    isUnderRoot(certificate, root) &&
    isOfScope(certificate, row) &&
    equalBytes(keyIdOf(row.certificate), row.key_id)
  )
}

/**
 * Reads the schedule: keys under the root alone, each of the scope that it was made for. Whoever writes into the database
 * makes no signer of ours.
 *
 * @param rootCertificate DER, from the folder of keys
 */
export const readSchedule = async (
  database: Sql,
  rootCertificate: Uint8Array,
): Promise<ScheduledKey[]> => {
  const root = new X509Certificate(rootCertificate)
  const rows = await database<KeyRow[]>`
    select scope, key_id, certificate, ca_id, certificate_id, succession, signs_from, revoked_at
    from signing_key order by signs_from, key_id`
  return rows.filter((row) => isOurs(row, root)).map(scheduledOf)
}

/** How a key is named in the audit chain and to people. */
export const nameOfKey = ({ scope, keyId }: Pick<ScheduledKey, 'scope' | 'keyId'>): string =>
  `${scope} ${bytesToHex(keyId)}`

const insertKey = async (
  database: Sql | TransactionSql,
  key: ScheduledKey,
  at: Date,
): Promise<boolean> => {
  const { scope, keyId, certificate, twoddoc, succession, signsFrom } = key
  const rows = await database`
    insert into signing_key (scope, key_id, certificate, ca_id, certificate_id, succession, published_at, signs_from)
    values (${scope}, ${keyId}, ${certificate}, ${twoddoc?.caId ?? null}, ${twoddoc?.certificateId ?? null},
      ${succession}, ${at}, ${signsFrom})
    on conflict do nothing returning 1`
  return rows.length > 0
}

/** Makes a key known to every process, and tells the audit chain. Once: what is known already is left as it is. */
export const publishKey = (database: Sql, key: ScheduledKey, at: Date, by: string): Promise<void> =>
  database.begin(async (sql) => {
    if (!(await insertKey(sql, key, at))) return
    await recordAct(sql, {
      siteId: portalChain,
      at,
      act: 'key.published',
      actor: null,
      subject: `${nameOfKey(key)} from ${key.signsFrom.toISOString()}, by ${by}`,
    })
  })

/** Ends a key at once, and tells the audit chain. @returns false when it is not known or was ended before */
export const revokeKey = (
  database: Sql,
  key: Pick<ScheduledKey, 'scope' | 'keyId'>,
  at: Date,
  by: string,
): Promise<boolean> =>
  database.begin(async (sql) => {
    const rows = await sql`
      update signing_key set revoked_at = ${at}
      where scope = ${key.scope} and key_id = ${key.keyId} and revoked_at is null returning 1`
    if (rows.length === 0) return false
    await recordAct(sql, {
      siteId: portalChain,
      at,
      act: 'key.revoked',
      actor: null,
      subject: `${nameOfKey(key)}, by ${by}`,
    })
    return true
  })

/**
 * Puts into the database what it does not know of a folder: the first keys of a new portal, those of a folder whose
 * database is a new one, and what a rotation wrote that died before it told the database.
 *
 * @param leadMilliseconds a key beside others signs no sooner than this from now, so that all publish it before
 */
export const registerKeys = async (
  database: Sql,
  inFolder: readonly ScheduledKey[],
  known: readonly ScheduledKey[],
  at: Date,
  leadMilliseconds: number,
): Promise<boolean> => {
  const isKnown = ({ scope, keyId }: ScheduledKey): boolean =>
    known.some((key) => key.scope === scope && equalBytes(key.keyId, keyId))
  const fresh = inFolder.filter((key) => !isKnown(key))
  for (const key of fresh) {
    const isFirst = !known.some(({ scope }) => scope === key.scope)
    if (isFirst) {
      await insertKey(database, key, at)
      continue
    }
    const soonest = at.getTime() + leadMilliseconds
    await publishKey(
      database,
      { ...key, signsFrom: new Date(Math.max(key.signsFrom.getTime(), soonest)) },
      at,
      'the folder of keys',
    )
  }
  return fresh.length > 0
}
