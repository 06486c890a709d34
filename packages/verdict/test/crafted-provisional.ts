/** What a counter could make if it did not check itself, as a thief's would: docs/reference/continuity.md, section 4. */
import { type Booklet, counterKeyId, type Sign } from '@sidep/continuity'
import {
  coseAlgorithm,
  coseHeader,
  coseToBeSigned,
  cwtClaim,
  encodeBase45,
  encodeCbor,
  encodeCoseSign1,
  encodeProtectedHeader,
  storeInZlib,
  Tagged,
} from '@sidep/encoding'
import { dccClaimKey, testDcc } from '@sidep/hcert'

export interface Crafted {
  readonly booklet: Booklet
  readonly sign: Sign
  readonly number?: number
  readonly issuedAt: Date
  readonly sampledAt: Date
  readonly testType?: string
  readonly person?: {
    readonly familyName: string
    readonly firstNames: string
    readonly birthDate: string
  }
  readonly result?: 'negative' | 'positive'
  /** Of the key that says it signed; the booklet's when absent. */
  readonly keyId?: Uint8Array
}

const kcwtHeader = 13
const numberClaim = -65538
const saidByTheBooklet = ['co', 'is', 'tc', 'ci']

const compactDcc = ({ booklet, testType, sampledAt, person, result }: Crafted) => {
  const dcc = testDcc({
    person: person ?? { familyName: 'Le Goff', firstNames: 'Anne', birthDate: '1983-03-12' },
    test: {
      disease: '840539006',
      testType: testType ?? 'LP217198-3',
      sampledAt,
      result: result ?? 'negative',
      centre: booklet.siteName,
      device: '1232',
    },
    country: booklet.country,
    issuer: booklet.authority,
    uvci: 'URN:UVCI:01:FR:X',
  })
  const [entry] = Array.isArray(dcc.t) ? dcc.t : []
  const members = Object.entries(Object(entry)).filter(([name]) => !saidByTheBooklet.includes(name))
  return new Map<string, unknown>([
    ...Object.entries(dcc),
    ['nam', new Map(Object.entries(Object(dcc.nam)))],
    ['t', [new Map(members)]],
  ])
}

/** The text of a provisional certificate with whatever it is told to say. */
export const craftProvisional = async (crafted: Crafted): Promise<string> => {
  const { booklet, sign, number = 7, issuedAt, keyId } = crafted
  const { protectedBytes: header, payload: claims, signature: signed } = booklet.cose
  const protectedBytes = encodeProtectedHeader(
    new Map<number, unknown>([
      [coseHeader.algorithm, coseAlgorithm.ES256],
      [coseHeader.keyId, keyId ?? (await counterKeyId(booklet.counterKey))],
      [kcwtHeader, new Tagged(18, [header, new Map(), claims, signed])],
    ]),
  )
  const payload = encodeCbor(
    new Map<number, unknown>([
      [cwtClaim.iat, Math.floor(issuedAt.getTime() / 1000)],
      [numberClaim, number],
      [cwtClaim.hcert, new Map([[dccClaimKey, compactDcc(crafted)]])],
    ]),
  )
  const signature = new Uint8Array(await sign(coseToBeSigned({ protectedBytes, payload })))
  const message = encodeCoseSign1({ protectedBytes, payload, signature })
  return `FC1:${encodeBase45(storeInZlib(message))}`
}
