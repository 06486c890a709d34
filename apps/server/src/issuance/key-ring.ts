/** The rings of a schedule: for each scope the keys in order, those that this process holds able to sign. */
import { equalBytes } from '@sidep/encoding'
import { isDevelopmentSubject, parseSignerCertificate } from '@sidep/trust'
import type { TwoddocIdentity } from '@sidep/trust/certificates'
import {
  type RingKey,
  type Signer,
  type SignerRing,
  type SignerScope,
  signerScopes,
} from '../platform/signer.ts'
import type { KeyFolder } from './key-folder.ts'
import { holdKey, type KeyModule, SignersUnusable } from './key-holder.ts'
import { type ScheduledKey, signingAt } from './key-schedule.ts'

export interface HeldRingKey extends RingKey {
  readonly signer: Signer | null
  readonly twoddoc: TwoddocIdentity | null
}

export type HeldRings = Readonly<Record<SignerScope, readonly HeldRingKey[]>>

export interface RingSetting {
  readonly folder: Pick<KeyFolder, 'keys'>
  readonly module: KeyModule | null
  /** Production believes no key that was made for development. */
  readonly production: boolean
}

const isUsable = ({ certificate, revokedAt }: ScheduledKey, production: boolean): boolean => {
  if (revokedAt !== null) return false
  const parsed = parseSignerCertificate(certificate)
  return parsed.ok && !(production && isDevelopmentSubject(parsed.value.subject))
}

/**
 * Loads the keys of a schedule that count. One that was loaded before is not loaded again.
 *
 * @param before rings to take loaded keys from
 */
export const holdRings = async (
  schedule: readonly ScheduledKey[],
  { folder, module, production }: RingSetting,
  before: HeldRings | null = null,
): Promise<HeldRings> => {
  const ring = async (scope: SignerScope): Promise<HeldRingKey[]> => {
    const scheduled = schedule
      .filter((key) => key.scope === scope && isUsable(key, production))
      .sort((a, b) => a.signsFrom.getTime() - b.signsFrom.getTime())
    return Promise.all(
      scheduled.map(async (key, index) => {
        const known = before?.[scope].find(
          ({ certificate, signer }) => signer !== null && equalBytes(certificate, key.certificate),
        )
        return {
          ...(known ?? (await holdKey(key, folder, module))),
          twoddoc: key.twoddoc,
          signsFrom: key.signsFrom,
          retiredAt: scheduled[index + 1]?.signsFrom ?? null,
        }
      }),
    )
  }
  const [dcc, twoddoc, bundle, session, continuity] = await Promise.all(signerScopes.map(ring))
  return {
    dcc: dcc ?? [],
    twoddoc: twoddoc ?? [],
    bundle: bundle ?? [],
    session: session ?? [],
    continuity: continuity ?? [],
  }
}

export type SigningKey = HeldRingKey & { readonly signer: Signer }

const canSign = (key: HeldRingKey): key is SigningKey => key.signer !== null

/** The key of a ring that signs at a moment. @throws SignersUnusable when none is held here */
export const signingKey = (
  keys: readonly HeldRingKey[],
  scope: SignerScope,
  at: Date,
): SigningKey => {
  const key = signingAt(keys, at)
  if (key === undefined || !canSign(key)) {
    throw new SignersUnusable(`no private key of the signer ${scope} is here`)
  }
  return key
}

/** Scopes whose key that is due is not held here: an older one signs in its place. */
export const scopesBehind = (rings: HeldRings, at: Date): SignerScope[] =>
  signerScopes.filter((scope) => {
    const due = rings[scope].findLast(({ signsFrom }) => signsFrom <= at)
    return due !== undefined && due.signer === null
  })

/** A ring over keys that may be exchanged: what `keys` answers now. */
export const ringOver = (
  scope: SignerScope,
  keys: () => readonly HeldRingKey[],
  now: () => Date,
): SignerRing => ({
  scope,
  keys,
  current: () => signingKey(keys(), scope, now()).signer,
})
