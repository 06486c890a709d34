/**
 * The keys of a running server: what its folder and its hardware module hold, by the times that the database says.
 *
 * Invariants
 * - Every process of a database publishes the same keys; one that lacks the private key that is due goes on with the one
 *   before it, which is published too, and says so.
 * - A change is a new value in place of the old: what was taken stays whole.
 * - Times pass without the database: once read, a schedule is kept when nothing else answers.
 */
import { X509Certificate } from 'node:crypto'
import { bytesToHex } from '@sidep/encoding'
import type { BundleContent } from '@sidep/trust'
import type { Sql } from 'postgres'
import type { Clock, RandomBytes } from '../platform/clock.ts'
import { type SignerRing, type SignerScope, signerScopes } from '../platform/signer.ts'
import { fixedRings, ringContent } from './issuing-keys.ts'
import { listKeyFolder, readKeyFolder } from './key-folder.ts'
import { type HeldRings, holdRings, ringOver, scopesBehind, signingKey } from './key-ring.ts'
import { type ScheduledKey, scheduleOf } from './key-schedule.ts'
import { readSchedule, registerKeys } from './key-store.ts'
import { openKeyModule } from './pkcs11.ts'
import { openKeyFolder, type Signers, type SignersConfiguration } from './signers.ts'

export interface KeyRings {
  readonly scopes: Readonly<Record<SignerScope, SignerRing>>
  /** DER. */
  readonly rootCertificate: Uint8Array
  /** The keys of certificates, for a thread that holds their private keys itself; the same array while nothing changed. */
  schedule(): readonly ScheduledKey[]
  /** The same keys as a bundle lists them; the same object as long as nothing changed. */
  content(): Pick<BundleContent, 'dcc' | 'twoddoc' | 'continuity'>
  /** Statements that lead from each bundle signer to the next. */
  successions(): readonly Uint8Array[]
  /** All keys with their signers, for issuing on this thread; the same object as long as nothing changed. */
  held(): HeldRings
  /** When the first certificate of a key that signs now ends. */
  firstEnd(): Date
  /** Scopes whose key that is due is not held here. */
  behind(): readonly SignerScope[]
  /** Reads folder and database again; the owner calls it every few seconds. */
  refresh(): Promise<void>
  /** Told after each change. */
  onChange(listener: () => void): void
}

export interface RingDependencies {
  readonly configuration: SignersConfiguration & { readonly keysRefreshSeconds: number }
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly database: Sql
}

/** Readings of the schedule that pass between a key's publication and its first signature, at the least. */
export const refreshesBeforeUse = 3

/** What a schedule says, to see whether it changed. */
const wordingOf = (schedule: readonly ScheduledKey[]): string =>
  schedule
    .map(({ scope, keyId, signsFrom, revokedAt }) =>
      [scope, bytesToHex(keyId), signsFrom.getTime(), revokedAt?.getTime() ?? ''].join(' '),
    )
    .join('\n')

interface RingState {
  readonly held: HeldRings
  readonly schedule: readonly ScheduledKey[]
  readonly certificates: readonly ScheduledKey[]
  readonly content: Pick<BundleContent, 'dcc' | 'twoddoc' | 'continuity'>
}

const certificateScopes: ReadonlySet<SignerScope> = new Set(['dcc', 'twoddoc', 'continuity'])

const stateOf = (held: HeldRings, schedule: readonly ScheduledKey[]): RingState => ({
  held,
  schedule,
  certificates: schedule.filter(({ scope }) => certificateScopes.has(scope)),
  content: ringContent(held),
})

const interfaceOver = (
  state: () => RingState,
  now: () => Date,
): Omit<KeyRings, 'rootCertificate' | 'refresh' | 'onChange'> => {
  const ring = (scope: SignerScope): SignerRing => ringOver(scope, () => state().held[scope], now)
  return {
    scopes: {
      dcc: ring('dcc'),
      twoddoc: ring('twoddoc'),
      bundle: ring('bundle'),
      session: ring('session'),
      continuity: ring('continuity'),
    },
    schedule: () => state().certificates,
    content: () => state().content,
    successions: () =>
      state().schedule.flatMap(({ succession }) => (succession === null ? [] : [succession])),
    held: () => state().held,
    firstEnd: () =>
      new Date(
        Math.min(
          ...signerScopes.map((scope) =>
            signingKey(state().held[scope], scope, now()).notAfter.getTime(),
          ),
        ),
      ),
    behind: () => scopesBehind(state().held, now()),
  }
}

/** Rings of signers that are given and stay. */
export const fixedKeyRings = (signers: Signers, now: () => Date): KeyRings => {
  const held = fixedRings(signers)
  const state = stateOf(held, [])
  return {
    ...interfaceOver(() => state, now),
    rootCertificate: signers.rootCertificate,
    refresh: async () => {},
    onChange: () => {},
  }
}

/**
 * Opens the rings of a server on a migrated database.
 * @throws SignersUnusable when a scope has no key here that can sign
 */
export const openKeyRings = async ({
  configuration,
  clock,
  randomBytes,
  database,
}: RingDependencies): Promise<KeyRings> => {
  const { keysDirectory, keysRefreshSeconds, mode } = configuration
  let folder = await openKeyFolder(configuration, clock, randomBytes)
  const { rootCertificate } = folder
  const module = openKeyModule(configuration.pkcs11 ?? null)
  const leadMilliseconds = refreshesBeforeUse * keysRefreshSeconds * 1_000
  const listeners: (() => void)[] = []
  let listing = await listKeyFolder(keysDirectory)
  let wording = ''
  let state: RingState | null = null

  const readOrRegister = async (): Promise<ScheduledKey[]> => {
    const known = await readSchedule(database, rootCertificate)
    const inFolder = scheduleOf(folder).filter(({ certificate }) =>
      new X509Certificate(certificate).checkIssued(new X509Certificate(rootCertificate)),
    )
    return (await registerKeys(database, inFolder, known, clock.now(), leadMilliseconds))
      ? readSchedule(database, rootCertificate)
      : known
  }

  const refresh = async (): Promise<void> => {
    const listed = await listKeyFolder(keysDirectory)
    if (listed !== listing) folder = await readKeyFolder(keysDirectory)
    const schedule = await readOrRegister()
    const worded = wordingOf(schedule)
    if (state !== null && listed === listing && worded === wording) return
    const setting = { folder, module, production: mode === 'production' }
    const held = await holdRings(schedule, setting, state?.held ?? null)
    // A change that would leave a scope without a signer is not taken over: what signed goes on.
    for (const scope of signerScopes) signingKey(held[scope], scope, clock.now())
    state = stateOf(held, schedule)
    listing = listed
    wording = worded
    for (const listener of listeners) listener()
  }

  await refresh()
  const current = (): RingState => {
    if (state === null) throw new Error('the rings of keys are used before they are read')
    return state
  }
  return {
    ...interfaceOver(current, clock.now),
    rootCertificate,
    refresh,
    onChange: (listener) => listeners.push(listener),
  }
}
