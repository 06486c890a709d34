/**
 * Where the definitive certificate will be, known before the portal is reached.
 *
 * With each booklet the portal hands the counter a secret seed, which is in no code. The code of a
 * person's link follows from the seed and the screening's id; the portal derives the seed again
 * from the booklet's id, and so the same code, when it issues the definitive certificate.
 */
import { type Bytes, encodeBase32, utf8Bytes } from '@sidep/encoding'
import { type Finess, finessToNumber } from '@sidep/identifiers'

/** Bytes of the seed. The portal makes it as HMAC-SHA-256 of the booklet's id under its own key. */
export const retrievalSeedBytes = 32

const siteBytes = 4
const secretBytes = 16

/**
 * The code of a person's link: base32 of the site (4 bytes) and of the first 16 bytes of
 * HMAC-SHA-256(seed, screening id), 32 characters, in the form of every other code of a link.
 *
 * @param seed 32 secret bytes that came with the booklet
 * @param screeningId UUIDv7, lower case
 */
export const provisionalRetrievalCode = async (
  seed: Uint8Array,
  siteId: Finess,
  screeningId: string,
): Promise<string> => {
  if (seed.length !== retrievalSeedBytes) throw new RangeError('a retrieval seed has 32 bytes')
  return retrievalCodeOf(siteId, await hmac(seed, utf8Bytes(screeningId)))
}

/**
 * The same for who has the HMAC already.
 *
 * @param mac HMAC-SHA-256 of the screening's id under the seed, 32 bytes
 */
export const retrievalCodeOf = (siteId: Finess, mac: Uint8Array): string => {
  const bytes = new Uint8Array(siteBytes + secretBytes)
  new DataView(bytes.buffer).setUint32(0, finessToNumber(siteId))
  bytes.set(mac.subarray(0, secretBytes), siteBytes)
  return encodeBase32(bytes)
}

const hmac = async (key: Uint8Array, message: Bytes): Promise<Bytes> => {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const { subtle } = globalThis.crypto
  const imported = await subtle.importKey('raw', new Uint8Array(key), algorithm, false, ['sign'])
  return new Uint8Array(await subtle.sign('HMAC', imported, message))
}
