/**
 * The index that verifiers follow, and its parts, in the memory of every process.
 *
 * Invariants
 * - Every process serves the index that the database has under the largest number; nobody serves one that is not there.
 * - The next number is taken under a lock, by who read everything again behind it: a process that was behind takes nothing
 *   back, and no two are signed of one number.
 * - Parts are there before the index that names them, and for a day after the last one that did.
 */
import { createHash } from 'node:crypto'
import { bytesToHex } from '@sidep/encoding'
import { dayMilliseconds, hourMilliseconds } from '@sidep/time'
import {
  type AuditDigest,
  type BundleContent,
  emptyContent,
  type IndexedPart,
  limitsOf,
  type OwnRevocations,
  revocationsTooMany,
  signIndex,
  type TrustContent,
  type WithdrawnContinuity,
  writeParts,
} from '@sidep/trust'
import type { Platform } from '../platform/context.ts'
import { makeReread, type Reread } from '../platform/reread.ts'
import type { Signer, SignerRing } from '../platform/signer.ts'
import { underLocks } from '../platform/under-locks.ts'
import type { Carried } from './carried-source.ts'
import {
  deletePartsBefore,
  indexLock,
  insertIndex,
  readNewest,
  readPart,
  readPartNames,
  type StoredIndex,
} from './index-store.ts'

export interface IndexSources {
  readonly signer: SignerRing
  readonly keys: () => Pick<BundleContent, 'dcc' | 'twoddoc' | 'continuity'>
  readonly successions: () => readonly Uint8Array[]
  readonly withdrawn: Reread<WithdrawnContinuity>
  readonly own: Reread<OwnRevocations>
  readonly carried: Reread<Carried>
  /** Signed by the portal's operations. */
  readonly notices: Reread<readonly Uint8Array[]>
  readonly audit: () => Promise<readonly AuditDigest[]>
  readonly ruleProfile: string
  /** Reads keys again: behind the lock nobody may be behind. */
  readonly refreshKeys: () => Promise<void>
}

export interface PublishedIndex {
  readonly number: number
  readonly bytes: Buffer
  readonly tag: string
  /** By hash. */
  readonly parts: ReadonlyMap<string, Buffer>
}

/** Whoever gets nothing newer goes on for so long; ages of parts tell before. */
const validityMilliseconds = 60 * dayMilliseconds
/** A polling device learns within the hour that its list is of this hour. */
const renewalMilliseconds = hourMilliseconds
const noticesPart = 'notices'
const partsKeptMilliseconds = dayMilliseconds

/** What the next index would say. */
interface Draft {
  readonly parts: ReadonlyMap<string, Uint8Array>
  readonly indexed: readonly Omit<IndexedPart, 'asOf'>[]
  readonly carried: Carried
  readonly audit: readonly AuditDigest[]
  readonly signer: Signer
  readonly digest: Uint8Array
}

/** What keeps the index from being said anew. */
const indexFaultOf = (error: unknown): 'REVOCATIONS_TOO_MANY' | 'TRUST_INDEX_FAILED' =>
  error instanceof RangeError && error.message === revocationsTooMany
    ? revocationsTooMany
    : 'TRUST_INDEX_FAILED'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export const openPublishedIndex = (
  {
    configuration,
    clock,
    database,
    log,
    metrics,
  }: Pick<Platform, 'configuration' | 'clock' | 'database' | 'log' | 'metrics'>,
  sources: IndexSources,
): Reread<PublishedIndex> => {
  const { country } = configuration.issuance
  const failures = metrics.counter(
    'sidep_trust_index_failures_total',
    'Times that the trust index could not be said anew; verifiers go on with the one before',
  )
  let drafted: readonly unknown[] = []
  let renewAt = Number.NEGATIVE_INFINITY
  let written: (Pick<Draft, 'parts' | 'indexed'> & { readonly of: readonly unknown[] }) | null =
    null

  const writtenOf = (
    of: readonly unknown[],
    content: TrustContent,
  ): Pick<Draft, 'parts' | 'indexed'> => {
    const isSame = written?.of.length === of.length && written.of.every((one, at) => one === of[at])
    if (written !== null && isSame) return written
    const parts = writeParts(content)
    const indexed = [...parts].map(([name, bytes]) => ({
      name,
      sha256: sha256(bytes),
      bytes: bytes.length,
      ...limitsOf(name),
    }))
    written = { of, parts, indexed }
    return written
  }

  const draftNow = async (): Promise<Draft> => {
    const keys = sources.keys()
    const withdrawn = await sources.withdrawn.current()
    const own = await sources.own.current()
    const carried = await sources.carried.current()
    const notices = await sources.notices.current()
    const audit = await sources.audit()
    const signer = sources.signer.current()
    const theirs = carried.content
    drafted = [keys, withdrawn, own, carried, notices, signer]
    const { parts, indexed } = writtenOf([keys, withdrawn, own, carried, notices], {
      ...emptyContent,
      ...theirs,
      notices: [...theirs.notices, ...notices],
      keys: new Map([
        ...theirs.keys,
        [country, [...keys.dcc, ...(theirs.keys.get(country) ?? [])]],
      ]),
      twoddoc: keys.twoddoc,
      ...(keys.continuity && { continuity: keys.continuity }),
      withdrawn,
      own,
      ruleProfile: sources.ruleProfile,
    })
    const wording = JSON.stringify([
      indexed,
      carried.wording,
      audit,
      bytesToHex(signer.keyId),
      sources.successions().map(bytesToHex),
    ])
    return {
      parts,
      indexed,
      carried,
      audit,
      signer,
      digest: createHash('sha256').update(wording).digest(),
    }
  }

  const isInForce = (newest: StoredIndex | null, { digest }: Draft, now: Date): boolean =>
    newest !== null &&
    Buffer.compare(newest.digest, digest) === 0 &&
    now.getTime() - newest.issuedAt.getTime() < renewalMilliseconds

  const sign = async (number: number, draft: Draft, issuedAt: Date): Promise<StoredIndex> => {
    const { indexed, carried, audit, signer, digest } = draft
    const index = {
      version: 1,
      number,
      issuedAt: issuedAt.toISOString(),
      expiresAt: new Date(issuedAt.getTime() + validityMilliseconds).toISOString(),
      parts: indexed.map((part) => ({
        ...part,
        // The portal's own notices are among those that were carried in.
        asOf: (
          (part.name === noticesPart ? null : carried.asOf(part.name)) ?? issuedAt
        ).toISOString(),
      })),
      audit,
    } as const
    const signed = await signIndex(index, signer, sources.successions())
    return { number, issuedAt, digest, signed }
  }

  const publish = (): Promise<StoredIndex> =>
    underLocks(database, [indexLock], async (transaction) => {
      // Whoever waited for the lock may be behind who had it: everything is read again before anything is said.
      await sources.refreshKeys()
      const { withdrawn, own, carried, notices } = sources
      for (const source of [withdrawn, own, carried, notices]) source.changed()
      const draft = await draftNow()
      const now = clock.now()
      const newest = await readNewest(transaction)
      if (newest !== null && isInForce(newest, draft, now)) return newest
      const next = await sign((newest?.number ?? 0) + 1, draft, now)
      const byHash = draft.indexed.map(({ name, sha256: hash }): [string, Uint8Array] => [
        hash,
        draft.parts.get(name) ?? new Uint8Array(),
      ])
      await insertIndex(transaction, next, new Map(byHash))
      await deletePartsBefore(transaction, new Date(now.getTime() - partsKeptMilliseconds))
      return next
    })

  const heldParts = async (before: PublishedIndex | null): Promise<Map<string, Buffer>> => {
    const parts = new Map<string, Buffer>()
    for (const hash of await readPartNames(database)) {
      const bytes = before?.parts.get(hash) ?? (await readPart(database, hash))
      if (bytes !== null) parts.set(hash, Buffer.from(bytes))
    }
    return parts
  }

  const readIndex = async (held: PublishedIndex | null): Promise<PublishedIndex> => {
    const newest = await readNewest(database)
    const isCurrent = isInForce(newest, await draftNow(), clock.now())
    const current = isCurrent && newest !== null ? newest : await publish()
    renewAt = current.issuedAt.getTime() + renewalMilliseconds
    if (held?.number === current.number) return held
    const bytes = Buffer.from(current.signed)
    const tag = `"${current.number}-${sha256(bytes).slice(0, 16)}"`
    return { number: current.number, bytes, tag, parts: await heldParts(held) }
  }

  const index = makeReread(log, 'trust index', async (held: PublishedIndex | null) => {
    try {
      return await readIndex(held)
    } catch (error) {
      failures.increment()
      log.error({ code: indexFaultOf(error) }, 'the trust index stays as it was')
      throw error
    }
  })

  return {
    async current() {
      // What this process itself changed is said at once.
      const now = [
        sources.keys(),
        await sources.withdrawn.current(),
        await sources.own.current(),
        await sources.carried.current(),
        await sources.notices.current(),
        sources.signer.current(),
      ]
      const isOther = now.some((one, place) => one !== drafted[place])
      if (isOther || clock.now().getTime() >= renewAt) index.changed()
      return index.current()
    },
    changed: () => index.changed(),
  }
}
