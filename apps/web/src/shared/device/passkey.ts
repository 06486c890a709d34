/**
 * A passkey of this device that gives secrets instead of signing anybody in: WebAuthn's `prf` extension (W3C Web
 * Authentication Level 3 §10.1.4). Invariants:
 * 1. Each use is confirmed by the person, with a finger, a face or the device's own code. The device counts wrong ones
 *    where nothing on the disk sets the count back, and gives other secrets, or none, without it.
 * 2. Only an authenticator in the device itself: one on a phone is reached through the internet, and this is for when
 *    there is none.
 * 3. Nobody checks the signature, so the challenge is only noise: what proves the person is that the secret opens.
 */
import { bytesToBase64url } from '@sidep/encoding'

export type Secret = Uint8Array<ArrayBuffer>

type PasskeyMade =
  | { readonly kind: 'made'; readonly credentialId: Secret; readonly secret: Secret }
  /** Nobody confirmed it, or the device did not recognise who did. */
  | { readonly kind: 'refused' }
  /** This device or browser has none that gives secrets. */
  | { readonly kind: 'unsupported' }

export interface Passkeys {
  /** Whether one can be made here, as far as that can be said before trying. */
  readonly isPossible: () => Promise<boolean>
  /**
   * Makes one; it may have to be confirmed twice.
   * @param label what the device calls it when it asks
   * @param salt 32 bytes that the first secret is of
   */
  readonly create: (label: string, salt: Secret) => Promise<PasskeyMade>
  /**
   * The secrets of two salts, 32 bytes each, by one confirmation; null when it was refused.
   * The second is null on a device that gives one at a time.
   */
  readonly secrets: (
    credentialId: Secret,
    salts: readonly [Secret, Secret],
  ) => Promise<readonly [Secret, Secret | null] | null>
  /** Another one took its place: the device may drop it from its list, if it knows how. */
  readonly forget: (credentialId: Secret) => void
}

const timeoutMilliseconds = 120_000
/** COSE algorithms: ES256, and RS256, which some authenticators of Windows have alone. */
const algorithms = [-7, -257]

const noise = (): Secret => crypto.getRandomValues(new Uint8Array(32))

const bytesOf = (source: BufferSource): Secret =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer.slice(source.byteOffset, source.byteOffset + source.byteLength))
    : new Uint8Array(source.slice(0))

/** What a refusal by the device says; the browser does not tell a wrong finger from none, on purpose. */
const refusals = ['NotAllowedError', 'AbortError', 'InvalidStateError']

const create = async (label: string, salt: Secret): Promise<PasskeyMade> => {
  const credential = await navigator.credentials.create({
    publicKey: {
      rp: { name: 'sidep' },
      // A fresh name each time: one that two computers share would take the place of the other's.
      user: { id: noise(), name: label, displayName: label },
      challenge: noise(),
      pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: {
        authenticatorAttachment: 'platform',
        residentKey: 'discouraged',
        userVerification: 'required',
      },
      timeout: timeoutMilliseconds,
      extensions: { prf: { eval: { first: salt } } },
    },
  })
  if (!(credential instanceof PublicKeyCredential)) return { kind: 'refused' }
  const { prf } = credential.getClientExtensionResults()
  const credentialId = new Uint8Array(credential.rawId)
  if (prf?.results !== undefined)
    return { kind: 'made', credentialId, secret: bytesOf(prf.results.first) }
  if (prf?.enabled !== true) {
    forget(credentialId)
    return { kind: 'unsupported' }
  }
  const secrets = await ask(credentialId, { first: salt })
  return secrets === null
    ? { kind: 'refused' }
    : { kind: 'made', credentialId, secret: bytesOf(secrets.first) }
}

const ask = async (
  id: Secret,
  salts: AuthenticationExtensionsPRFValues,
): Promise<AuthenticationExtensionsPRFValues | null> => {
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: noise(),
      allowCredentials: [{ type: 'public-key', id, transports: ['internal'] }],
      userVerification: 'required',
      timeout: timeoutMilliseconds,
      extensions: { prf: { eval: salts } },
    },
  })
  return credential instanceof PublicKeyCredential
    ? (credential.getClientExtensionResults().prf?.results ?? null)
    : null
}

const forget = (credentialId: Secret): void => {
  // Newer browsers alone; elsewhere an unused one stays in the device's list and opens nothing.
  PublicKeyCredential.signalUnknownCredential?.({
    rpId: location.hostname,
    credentialId: bytesToBase64url(credentialId),
  }).catch((error: unknown) => console.warn('PASSKEY_NOT_FORGOTTEN', error))
}

const isRefusal = (error: unknown): boolean =>
  error instanceof DOMException && refusals.includes(error.name)

const unlessRefused = async <T>(work: () => Promise<T>): Promise<T | null> => {
  try {
    return await work()
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

/** Those of this browser. */
export const browserPasskeys = (): Passkeys => ({
  isPossible: async () => {
    if (!('PublicKeyCredential' in globalThis)) return false
    const capabilities = await PublicKeyCredential.getClientCapabilities?.()
    if (capabilities?.['extension:prf'] === false) return false
    return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()
  },
  create: async (label, salt) => {
    try {
      return (await unlessRefused(() => create(label, salt))) ?? { kind: 'refused' }
    } catch (error) {
      // Of a browser that knows no such algorithm, or an address that is no name: SecurityError, NotSupportedError.
      if (!(error instanceof DOMException)) throw error
      console.warn('PASSKEY_UNSUPPORTED', error)
      return { kind: 'unsupported' }
    }
  },
  secrets: async (credentialId, [first, second]) => {
    const results = await unlessRefused(() => ask(credentialId, { first, second }))
    if (results === null) return null
    return [bytesOf(results.first), results.second === undefined ? null : bytesOf(results.second)]
  },
  forget,
})
