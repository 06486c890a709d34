/**
 * Changing a signing key: the next one is made and published, signs from its time on, and the one before it stays
 * published for what it signed. Nothing is restarted; every process of the database follows by itself (key-rings.ts).
 *
 * Invariants
 * - A key is published before it signs by at least three readings of the schedule.
 * - Files come first, then the database: a rotation that dies between them is finished by the next reading of a server.
 * - A key is revoked only when another one of its scope can sign.
 */
import { bytesToHex, equalBytes } from '@sidep/encoding'
import { isDevelopmentSubject, parseSignerCertificate, signSuccession } from '@sidep/trust'
import type { NewKey, TwoddocIdentity } from '@sidep/trust/certificates'
import type { Sql } from 'postgres'
import type { Clock, RandomBytes } from '../platform/clock.ts'
import type { SignerScope } from '../platform/signer.ts'
import { addToKeyFolder, type FolderKey, nextKeyName } from './key-folder.ts'
import {
  type KeyRings,
  openKeyRings,
  type RingDependencies,
  refreshesBeforeUse,
} from './key-rings.ts'
import { type ScheduledKey, scheduledFrom } from './key-schedule.ts'
import { publishKey, revokeKey } from './key-store.ts'
import { openKeyModule, type Pkcs11Module } from './pkcs11.ts'
import { publicKeyInfo } from './signers.ts'

/** Why nothing was changed, in words for the person at the terminal. */
export class RotationRefused extends Error {
  override readonly name = 'RotationRefused'
}

export interface RotationDependencies extends RingDependencies {
  readonly database: Sql
  readonly clock: Clock
  readonly randomBytes: RandomBytes
}

export interface Rotation {
  readonly scope: SignerScope
  /** From publication to the first signature. */
  readonly leadMilliseconds: number
  /** PKCS#8 DER. */
  readonly rootKey: Uint8Array
  /** Names of the next signer of 2D-DOC; null where they are not given. */
  readonly twoddoc: TwoddocIdentity | null
  /** Who did it, for the audit chain. */
  readonly by: string
}

/** The least time between publication and use. */
export const leadMillisecondsMin = (keysRefreshSeconds: number): number =>
  refreshesBeforeUse * keysRefreshSeconds * 1_000

const isDevelopmentRoot = (certificate: Uint8Array): boolean => {
  const parsed = parseSignerCertificate(certificate)
  return parsed.ok && isDevelopmentSubject(parsed.value.subject)
}

/** In development names follow each other: DEV1, DEV2 … */
const nextDevelopmentNames = (used: readonly TwoddocIdentity[]): TwoddocIdentity => {
  const caId = used.at(-1)?.caId ?? 'FR99'
  for (let number = 1; number <= 9; number += 1) {
    const certificateId = `DEV${number}`
    if (!used.some((one) => one.caId === caId && one.certificateId === certificateId)) {
      return { caId, certificateId }
    }
  }
  throw new RotationRefused('all names of development are used: say --twoddoc')
}

const namesFor = (rings: KeyRings, { scope, twoddoc }: Rotation): TwoddocIdentity | null => {
  if (scope !== 'twoddoc') return null
  const used = rings.held().twoddoc.flatMap((key) => (key.twoddoc === null ? [] : [key.twoddoc]))
  if (twoddoc === null) {
    if (isDevelopmentRoot(rings.rootCertificate)) return nextDevelopmentNames(used)
    throw new RotationRefused('the register names each signer of 2D-DOC: --twoddoc FR03/AHP2')
  }
  const { caId, certificateId } = twoddoc
  if (used.some((one) => one.caId === caId && one.certificateId === certificateId)) {
    throw new RotationRefused(`${caId}/${certificateId} names a signer already`)
  }
  return twoddoc
}

const ecdsaKeys = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** A key of the module, of which only the public half is known here. */
export const newModuleKey = async (
  module: Pkcs11Module,
  label: string,
): Promise<NewKey<Uint8Array | null>> => ({
  publicKey: await crypto.subtle.importKey(
    'raw',
    new Uint8Array(module.generate(label)),
    ecdsaKeys,
    true,
    ['verify'],
  ),
  privateKey: null,
})

const refuseEarly = (
  rings: KeyRings,
  { scope, leadMilliseconds }: Rotation,
  { configuration, clock }: RotationDependencies,
): void => {
  const least = leadMillisecondsMin(configuration.keysRefreshSeconds)
  if (leadMilliseconds < least) {
    throw new RotationRefused(
      `every process must have read of it: --ahead ${least / 1_000}s or more`,
    )
  }
  const next = rings.scopes[scope].keys().find(({ signsFrom }) => signsFrom > clock.now())
  if (next === undefined) return
  throw new RotationRefused(
    `a next key is published already: ${bytesToHex(next.keyId)} signs from ${next.signsFrom.toISOString()}`,
  )
}

/**
 * Makes and publishes the next key of a scope: in the hardware module where one is configured, else as a file.
 * @throws RotationRefused with nothing changed
 */
export const rotateKey = async (
  dependencies: RotationDependencies,
  rotation: Rotation,
): Promise<ScheduledKey> => {
  const { configuration, clock, randomBytes, database } = dependencies
  const { scope, leadMilliseconds, rootKey, by } = rotation
  const rings = await openKeyRings(dependencies)
  refuseEarly(rings, rotation, dependencies)
  const twoddoc = namesFor(rings, rotation)
  // Loaded only here: making certificates is no part of a server that has them.
  const { certifySigner, newKeyFile, openAuthority } = await import('@sidep/trust/certificates')
  const name = await nextKeyName(configuration.keysDirectory, scope)
  const module = openKeyModule(configuration.pkcs11 ?? null)
  const key = module === null ? await newKeyFile() : await newModuleKey(module, `sidep ${name}`)
  const now = clock.now()
  const certificate = await certifySigner({
    scope,
    authority: await openAuthority(rings.rootCertificate, rootKey),
    publicKey: key.publicKey,
    at: now,
    twoddoc: twoddoc ?? { caId: '', certificateId: '' },
    randomBytes,
  })
  const bundleSigner = rings.scopes.bundle.current()
  const written: FolderKey = {
    scope,
    name,
    certificate,
    privateKey: key.privateKey,
    signsFrom: new Date(now.getTime() + leadMilliseconds),
    twoddoc,
    succession:
      scope === 'bundle'
        ? await signSuccession(publicKeyInfo({ certificate }), now, bundleSigner)
        : null,
  }
  await addToKeyFolder(configuration.keysDirectory, written)
  const scheduled = scheduledFrom(written)
  await publishKey(database, scheduled, now, by)
  return scheduled
}

/**
 * Ends a key at once: nothing that it signed counts any more.
 * @throws RotationRefused when it is unknown, or no other key of its scope can sign
 */
export const endKey = async (
  dependencies: RotationDependencies,
  key: Pick<ScheduledKey, 'scope' | 'keyId'>,
  by: string,
): Promise<void> => {
  const rings = await openKeyRings(dependencies)
  const now = dependencies.clock.now()
  const others = rings.held()[key.scope].filter(({ keyId }) => !equalBytes(keyId, key.keyId))
  if (!others.some(({ signer, signsFrom }) => signer !== null && signsFrom <= now)) {
    throw new RotationRefused(
      `no other key of ${key.scope} signs yet: rotate first, and revoke when the next one signs`,
    )
  }
  if (!(await revokeKey(dependencies.database, key, now, by))) {
    throw new RotationRefused('no such key is in the schedule, or it was revoked before')
  }
}
