import {
  type CoseSign1,
  decodeBase45,
  inflate,
  type Layer,
  parseCoseSign1,
  parseCwtClaims,
} from '@sidep/encoding'
import { dccClaimKey } from '@sidep/hcert'
import { type Booklet, bookletFromItem } from './booklet.ts'
import { continuityClaim, kcwtHeader, momentOf } from './claims.ts'
import { provisionalCharactersMax } from './limits.ts'
import { type TestDcc, wholeDcc } from './provisional-payload.ts'
import { signedKeyId } from './sign-cwt.ts'

/** No verifier of definitive certificates knows this prefix. */
export const provisionalPrefix = 'FC1:'

export type ProvisionalStep = 'prefix' | 'base45' | 'zlib' | 'cbor' | 'cose' | 'cwt' | 'schema'

export interface Provisional {
  readonly ok: true
  readonly cose: CoseSign1
  readonly booklet: Booklet
  /** First bytes of the thumbprint of the key that says it signed. */
  readonly counterKeyId: Uint8Array
  /** Its number in the booklet; not yet checked against the maximum. */
  readonly number: number
  readonly issuedAt: Date
  readonly dcc: TestDcc
}

export interface ProvisionalBroken {
  readonly ok: false
  readonly step: ProvisionalStep
  readonly code: string
}

/**
 * Takes the text of a provisional certificate apart; trusts nothing yet.
 *
 * @param text of the QR code, with its prefix
 * @returns the parts, or the step that failed and its code. PREFIX_OTHER: not of this format at
 * all. Own codes: PROVISIONAL_TOO_LARGE, PROVISIONAL_HEADER, those of `readBooklet`,
 * PROVISIONAL_ISSUED_AT, PROVISIONAL_NUMBER_FORM, PROVISIONAL_NOT_A_TEST, PROVISIONAL_ENTRY.
 */
export const readProvisional = (text: string): Provisional | ProvisionalBroken => {
  if (!text.startsWith(provisionalPrefix)) return brokenAt('prefix', 'PREFIX_OTHER')
  if (text.length > provisionalCharactersMax) return brokenAt('base45', 'PROVISIONAL_TOO_LARGE')
  const compressed = decodeBase45(text, { from: provisionalPrefix.length })
  if (!compressed.ok) return brokenAt('base45', compressed.code)
  const message = inflate(compressed.value)
  if (!message.ok) return brokenAt('zlib', message.code)
  return readMessage(message.value)
}

const readMessage = (message: Uint8Array): Provisional | ProvisionalBroken => {
  const cose = parseCoseSign1(message)
  if (!cose.ok) return brokenAt(layerOf(cose, 'cose'), cose.code)
  const counterKeyId = signedKeyId(cose.value)
  if (counterKeyId === null) return brokenAt('cose', 'PROVISIONAL_HEADER')
  const booklet = bookletFromItem(cose.value.protectedHeader.get(kcwtHeader))
  if (!booklet.ok) return brokenAt('cose', booklet.code)
  const claims = parseCwtClaims(cose.value.payload)
  if (!claims.ok) return brokenAt(layerOf(claims, 'cwt'), claims.code)
  const issuedAt = momentOf(claims.value, 'iat')
  if (issuedAt === null) return brokenAt('cwt', 'PROVISIONAL_ISSUED_AT')
  const number: unknown = claims.value.all.get(continuityClaim.number)
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
    return brokenAt('cwt', 'PROVISIONAL_NUMBER_FORM')
  }
  const { hcert } = claims.value
  const payload: unknown = hcert instanceof Map ? hcert.get(dccClaimKey) : undefined
  const dcc = wholeDcc(payload, booklet.value, number)
  if (!dcc.ok) return brokenAt('schema', dcc.code)
  return {
    ok: true,
    cose: cose.value,
    booklet: booklet.value,
    counterKeyId,
    number,
    issuedAt,
    dcc: dcc.value,
  }
}

const layerOf = (layer: Layer<unknown> & { ok: false }, otherwise: 'cose' | 'cwt') =>
  layer.code.startsWith('CBOR_') ? 'cbor' : otherwise

const brokenAt = (step: ProvisionalStep, code: string): ProvisionalBroken => ({
  ok: false,
  step,
  code,
})
