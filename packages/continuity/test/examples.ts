/**
 * The examples of docs/reference/continuity.md, made by the code with published test keys. ECDSA
 * signatures differ each time they are made, so those of the examples are kept here; a change of
 * what is signed needs them made anew with the private keys below.
 */
import {
  bytesToHex,
  type CoseSign1,
  decodeCbor,
  encodeCoseSign1,
  hexToBytes,
  utf8Bytes,
} from '@sidep/encoding'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import {
  type Booklet,
  type ContinuityKey,
  counterKeyOf,
  issueBooklet,
  issueSlip,
  makeSlipCode,
  makeSlipSerial,
  noSlipCancelled,
  nothingWithdrawn,
  provisionalDigest,
  provisionalRetrievalCode,
  readBooklet,
  readProvisional,
  readSlip,
  signProvisional,
  verifyProvisional,
  verifySlip,
  writeSlipCode,
  writeSlipSerial,
} from '../src/index.ts'
import { diagnose } from './diagnostic.ts'

/** RFC 6979 A.2.5. */
const signerJwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y',
  y: 'eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk',
  d: 'ya-p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE',
}
/** RFC 7515 A.3. */
const counterJwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
}
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }

const publicKeyOf = ({ d: _, ...jwk }: JsonWebKey) =>
  crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify'])

const keptSignatures = {
  booklet:
    '859e704476c8b6dfbd8a6af7f342ef0f55ba9e34da70bcee05f4c532be186f1add9aed4594de764aed8c9dd89a2e50e1f17610a17d57f191b52e8b086b59bc86',
  provisional:
    '3cfab694e99e5d9f2a786181634af870e15a62baeab2118793d71478031c7280d89c95296857fd6994429f419b940313722f42609d247e296a0e8dd440658828',
  slip: '58f89c0837655d33989ae294d36b58c8371249ab218e89d765cb97ff76c165456b02e8504713de4758d3433545ef9ee534fb3afb9b954f0f069ba9359040216f',
}

const signature = (hex: string) => async (): Promise<Uint8Array> => {
  const bytes = hexToBytes(hex)
  if (!bytes.ok) throw new RangeError('a kept signature is hexadecimal')
  return bytes.value
}

const valueIn = <Value>(read: { ok: true; value: Value } | { ok: false; code: string }): Value => {
  if (!read.ok) throw new RangeError(read.code)
  return read.value
}

const signerKeyId = new Uint8Array([0x0a, 0x1b, 0x2c, 0x3d, 0x4e, 0x5f, 0x60, 0x71])
const bookletId = '0123456789abcdef'
const screeningId = '017b3fec-0c00-7000-8000-0123456789ab'

const issueExampleBooklet = async (): Promise<Uint8Array> =>
  issueBooklet(
    {
      id: bookletId,
      country: 'FR',
      authority: 'Ministère chargé de la santé',
      siteId: valueIn(parseFiness('750712184')),
      siteName: 'Pharmacie du Port, Brest',
      professionalId: valueIn(parseProfessionalId('899700075122')),
      maximum: 50,
      testTypes: ['LP217198-3'],
      issuedAt: new Date('2021-08-13T11:30:00Z'),
      notBefore: new Date('2021-08-13T11:30:00Z'),
      expiresAt: new Date('2021-08-14T11:30:00Z'),
      counterKey: await counterKeyOf(await publicKeyOf(counterJwk)),
    },
    signerKeyId,
    signature(keptSignatures.booklet),
  )

const signExampleProvisional = (booklet: Booklet): Promise<string> =>
  signProvisional(
    {
      booklet,
      number: 7,
      issuedAt: new Date('2021-08-13T14:10:00Z'),
      person: { familyName: 'Le Goff', firstNames: 'Gwenaëlle', birthDate: '1983-03-12' },
      test: {
        disease: '840539006',
        testType: 'LP217198-3',
        device: '1604',
        sampledAt: new Date('2021-08-13T13:50:00Z'),
        result: 'negative',
      },
    },
    signature(keptSignatures.provisional),
  )

const serial = makeSlipSerial(valueIn(parseFiness('750712184')), 42, () =>
  Uint8Array.of(7, 18, 27, 4, 22, 19),
)
const slipCode = makeSlipCode(valueIn(parseFiness('750712184')), (count) =>
  Uint8Array.from({ length: count }, (_, index) => 17 * index + 3),
)
const issueExampleSlip = (): Promise<string> =>
  issueSlip(
    {
      serial,
      siteName: 'Pharmacie du Port, Brest',
      issuedAt: new Date('2021-08-01T08:00:00Z'),
      expiresAt: new Date('2021-10-30T08:00:00Z'),
    },
    signerKeyId,
    signature(keptSignatures.slip),
    'https://sidep.example',
  )

const messageOf = (cose: CoseSign1): Uint8Array => encodeCoseSign1(cose)
const diagnosed = (bytes: Uint8Array): string => diagnose(valueIn(decodeCbor(bytes)))

const wrap = (text: string): string => (text.match(/.{1,96}/gs) ?? []).join('\n')
const fenced = (text: string): string => `\`\`\`\n${text}\n\`\`\`\n`

/** Every example by the name of its place in the document. */
export const makeExamples = async (): Promise<ReadonlyMap<string, string>> => {
  const bookletBytes = await issueExampleBooklet()
  const booklet = valueIn(readBooklet(bookletBytes))
  const text = await signExampleProvisional(booklet)
  const provisional = readProvisional(text)
  if (!provisional.ok) throw new RangeError(provisional.code)
  const address = await issueExampleSlip()
  const slip = readSlip(address)
  if (!slip.ok) throw new RangeError(slip.code)
  const seed = utf8Bytes('an example of a secret: 32 bytes')
  const code = await provisionalRetrievalCode(seed, booklet.siteId, screeningId)
  return new Map([
    ['keys', fenced(JSON.stringify({ continuity: signerJwk, counter: counterJwk }, null, 2))],
    ['booklet', fenced(diagnosed(bookletBytes))],
    ['booklet-hex', fenced(wrap(bytesToHex(bookletBytes)))],
    ['provisional', fenced(diagnosed(messageOf(provisional.cose)))],
    ['provisional-hex', fenced(wrap(bytesToHex(messageOf(provisional.cose))))],
    ['provisional-text', fenced(wrap(text))],
    ['provisional-dcc', fenced(JSON.stringify(provisional.dcc.canonical, null, 2))],
    ['provisional-digest', fenced(await provisionalDigest(provisional))],
    ['slip', fenced(diagnosed(messageOf(slip.slip.cose)))],
    ['slip-text', fenced(wrap(address))],
    ['slip-serial', fenced(writeSlipSerial(serial))],
    ['slip-code', fenced(writeSlipCode(slipCode))],
    [
      'retrieval',
      fenced(`seed       h'${bytesToHex(seed)}'\nscreening  ${screeningId}\ncode       ${code}`),
    ],
  ])
}

/** The codes with which the examples are accepted, for a test to compare. */
export const verifyExamples = async (): Promise<readonly boolean[]> => {
  const keys: readonly ContinuityKey[] = [
    {
      keyId: signerKeyId,
      publicKey: await publicKeyOf(signerJwk),
      notBefore: new Date('2021-01-01T00:00:00Z'),
      notAfter: new Date('2022-01-01T00:00:00Z'),
    },
  ]
  const at = new Date('2021-08-13T15:00:00Z')
  const booklet = valueIn(readBooklet(await issueExampleBooklet()))
  const provisional = readProvisional(await signExampleProvisional(booklet))
  const slip = readSlip(await issueExampleSlip())
  if (!provisional.ok || !slip.ok) return [false]
  const checks = [
    await verifyProvisional(provisional, keys, at, nothingWithdrawn),
    await verifySlip(slip.slip, keys, at, noSlipCancelled),
  ]
  return checks.map(({ ok }) => ok)
}

const place = (name: string): RegExp =>
  new RegExp(`(<!-- example ${name} -->\n)[\\s\\S]*?(<!-- end -->)`)

/** The document with its examples as the code makes them. @throws RangeError when it lacks a place */
export const withExamples = (document: string, examples: ReadonlyMap<string, string>): string =>
  [...examples].reduce((text, [name, example]) => {
    if (!place(name).test(text)) throw new RangeError(`the document has no example ${name}`)
    return text.replace(place(name), (_, open: string, close: string) => open + example + close)
  }, document)
