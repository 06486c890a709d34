import { type CoseSign1, utf8Bytes } from '@sidep/encoding'
import type { Dcc } from '@sidep/hcert'
import type { Trust } from '@sidep/trust'

/** An unreadable list is an alarm: nothing says any more that a certificate is not on it. */
export type RevocationCode = 'REVOKED' | 'REVOCATION_LIST_UNREADABLE'

/** Whether one of the hashes by which a certificate may be revoked is on the list. */
export const revocationFault = async (
  trust: Trust,
  hashes: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<RevocationCode | null> => {
  if (!trust.revocationsReadable) return 'REVOCATION_LIST_UNREADABLE'
  if (!trust.hasRevocations) return null
  for await (const hash of hashes()) if (trust.revoked(hash)) return 'REVOKED'
  return null
}

/** The same of an EU certificate, by every entry that it has. */
export const dccRevocationFault = (
  dcc: Dcc,
  cose: CoseSign1,
  trust: Trust,
): Promise<RevocationCode | null> =>
  revocationFault(trust, async function* () {
    for (const name of namesOf(dcc, cose, trust)) yield await trust.primitives.sha256(name)
  })

/** What is hashed: of our own list the upper-case country and identifier, of others' one of the EU's three kinds. */
function* namesOf({ entries }: Dcc, { signature }: CoseSign1, trust: Trust): Iterable<Uint8Array> {
  for (const { country, uvci } of entries) yield utf8Bytes(`${country}${uvci}`.toUpperCase())
  if (!trust.hasShortRevocations) return
  // EU DCC revocation, SIGNATURE: of an ECDSA signature its first half, since the second can be changed by anybody.
  yield signature
  yield signature.subarray(0, signature.length / 2)
  for (const { country, uvci } of entries) yield* textsOf(country, uvci)
}

/** UCI and COUNTRYCODEUCI, as written and in capitals, with the identifier's prefix and without. */
function* textsOf(country: string, uvci: string): Iterable<Uint8Array> {
  for (const identifier of new Set([uvci, uvci.replace(/^URN:UVCI:/i, '')])) {
    for (const text of [identifier, country + identifier]) {
      yield utf8Bytes(text)
      yield utf8Bytes(text.toUpperCase())
    }
  }
}
