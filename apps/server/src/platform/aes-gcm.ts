/** AES-256-GCM with its nonce in front: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes). */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'

const algorithm = 'aes-256-gcm'
export const nonceBytes = 12 // NIST SP 800-38D §8.2.1
const tagBytes = 16

/** @param context associated data: must be given again to open */
export const encrypt = (
  key: KeyObject,
  nonce: Uint8Array,
  plain: Uint8Array,
  context: string,
): Uint8Array => {
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** @throws when key, bytes or context are not those sealed */
export const decrypt = (key: KeyObject, sealed: Uint8Array, context: string): Uint8Array => {
  const end = sealed.length - tagBytes
  if (end < nonceBytes) throw new RangeError('shorter than a nonce and a tag')
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(sealed.subarray(end))
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()])
}
