/**
 * The signers of a folder as they are now. A key in a hardware module is another way to make the same `Signer`.
 * Production refuses keys made for development; every key proves at start that it belongs to its certificate.
 */
import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isDevelopmentSubject, parseSignerCertificate } from '@sidep/trust'
import type { Clock, RandomBytes } from '../platform/clock.ts'
import type { Configuration } from '../platform/configuration.ts'
import { type Signer, type SignerScope, signerScopes } from '../platform/signer.ts'
import { type KeyFolder, readKeyFolder, writeKeyFolder } from './key-folder.ts'
import { SignersUnusable, signerUnusable } from './key-holder.ts'
import { type HeldRings, holdRings, type SigningKey, signingKey } from './key-ring.ts'
import { scheduleOf } from './key-schedule.ts'
import { openKeyModule } from './pkcs11.ts'

export { SignersUnusable } from './key-holder.ts'

export interface Signers {
  readonly scopes: Readonly<Record<SignerScope, Signer>>
  /** How 2D-DOC names its signer. */
  readonly twoddoc: { readonly caId: string; readonly certificateId: string }
  readonly rootCertificate: Uint8Array
}

export type SignersConfiguration = Pick<Configuration, 'mode' | 'keysDirectory'> &
  Partial<Pick<Configuration, 'pkcs11'>>

/** What keeps a certificate from being used now, in words; null when nothing does. */
const objectionTo = (der: Uint8Array, production: boolean, at: Date): string | null => {
  const parsed = parseSignerCertificate(der)
  if (!parsed.ok) return `is not readable (${parsed.code})`
  const { subject, notBefore, notAfter } = parsed.value
  if (production && isDevelopmentSubject(subject)) return 'was made for development'
  if (at < notBefore) return `is valid only from ${notBefore.toISOString()}`
  if (at > notAfter) return `ended on ${notAfter.toISOString()}`
  return null
}

const refuseObjections = ({ keys }: KeyFolder, production: boolean, at: Date): void => {
  const isObsolete = (scope: SignerScope, index: number): boolean =>
    keys.some((key, later) => later > index && key.scope === scope)
  const objections = keys.flatMap(({ scope, certificate }, index) => {
    const objection = objectionTo(certificate, production, at)
    // One that has a successor may be over: what it signed is still checked with it.
    const isRefused = objection !== null && (production || !isObsolete(scope, index))
    return isRefused ? [`the certificate of the signer ${scope} ${objection}`] : []
  })
  if (objections.length > 0) throw new SignersUnusable(objections.join('; '))
}

/**
 * Reads the folder of a configuration. Development makes a key set, marked as such, when it is not there.
 * @throws SignersUnusable with what to do, for each signer
 */
export const openKeyFolder = async (
  { mode, keysDirectory }: SignersConfiguration,
  clock: Clock,
  randomBytes: RandomBytes,
): Promise<KeyFolder> => {
  const production = mode === 'production'
  if (!existsSync(keysDirectory)) {
    if (production) {
      throw new SignersUnusable(
        `KEYS_DIR names ${keysDirectory}, which does not exist: make it with \`sidep keys\``,
      )
    }
    // Loaded only here: making certificates is no part of a server that has them.
    const { makeKeySet } = await import('@sidep/trust/certificates')
    const keys = await makeKeySet({ at: clock.now(), randomBytes, development: true })
    await writeKeyFolder(keysDirectory, keys)
  }
  const folder = await readKeyFolder(keysDirectory).catch((cause: unknown) => {
    throw signerUnusable(`the folder that KEYS_DIR names, ${keysDirectory}, cannot be used`, cause)
  })
  refuseObjections(folder, production, clock.now())
  return folder
}

/** The keys that sign at a moment. @throws SignersUnusable when one of them is not held here */
export const signersAt = (rings: HeldRings, rootCertificate: Uint8Array, at: Date): Signers => {
  const found = Object.fromEntries(
    signerScopes.map((scope) => [scope, signingKey(rings[scope], scope, at)]),
  ) as Record<SignerScope, SigningKey>
  const { dcc, twoddoc, bundle, session, continuity } = found
  if (twoddoc.twoddoc === null) throw new SignersUnusable('the signer of 2D-DOC has no names')
  return {
    scopes: {
      dcc: dcc.signer,
      twoddoc: twoddoc.signer,
      bundle: bundle.signer,
      session: session.signer,
      continuity: continuity.signer,
    },
    twoddoc: twoddoc.twoddoc,
    rootCertificate,
  }
}

/**
 * Opens the signers of a configuration as its folder has them now; a server knows more (key-rings.ts).
 * @throws SignersUnusable with what to do, one line a signer
 */
export const openSigners = async (
  configuration: SignersConfiguration,
  clock: Clock,
  randomBytes: RandomBytes,
): Promise<Signers> => {
  const folder = await openKeyFolder(configuration, clock, randomBytes)
  const module = openKeyModule(configuration.pkcs11 ?? null)
  const production = configuration.mode === 'production'
  const rings = await holdRings(scheduleOf(folder), { folder, module, production })
  return signersAt(rings, folder.rootCertificate, clock.now())
}

/** SubjectPublicKeyInfo (DER) of a signer's certificate. */
export const publicKeyInfo = ({ certificate }: Pick<Signer, 'certificate'>): Uint8Array =>
  new Uint8Array(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }))
