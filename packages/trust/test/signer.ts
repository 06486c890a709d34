import { type BundleSigner, parseSignerCertificate } from '../src/index.ts'
import type { CertifiedKey } from '../src/making.ts'

/** A bundle signer of a key that a test made, and the anchor that leads to it. */
export const makeSigner = async ({
  certificate,
  privateKey,
}: CertifiedKey): Promise<{ readonly anchor: Uint8Array; readonly signer: BundleSigner }> => {
  const parsed = parseSignerCertificate(certificate)
  if (!parsed.ok) throw new Error(parsed.code)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const pkcs8 = new Uint8Array(privateKey)
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign'])
  const signature = { name: 'ECDSA', hash: 'SHA-256' }
  return {
    anchor: parsed.value.subjectPublicKeyInfo,
    signer: {
      keyId: new Uint8Array(8),
      sign: async (bytes) =>
        new Uint8Array(await crypto.subtle.sign(signature, key, new Uint8Array(bytes))),
    },
  }
}
