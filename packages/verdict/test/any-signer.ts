/** A signer of a test's own and the trust that knows it: for all kinds of certificate, within its time. Isomorphic. */
import { trustOf } from '@sidep/trust'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** @param time when its key counts; always, unless told */
export const anySigner = async (
  time: { readonly notBefore: Date | null; readonly notAfter: Date | null } = {
    notBefore: null,
    notAfter: null,
  },
) => {
  const keys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const keyId = new Uint8Array(8).fill(9)
  const trust = trustOf({
    signers: [
      {
        keyId,
        certificate: null,
        subject: '',
        country: 'FR',
        publicKey: keys.publicKey,
        algorithm: 'ES256',
        ...time,
        usages: new Set(['test', 'vaccination', 'recovery']),
        development: false,
      },
    ],
  })
  const sign = async (bytes: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(
      await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        keys.privateKey,
        new Uint8Array(bytes),
      ),
    )
  return { sign, keyId, trust }
}
