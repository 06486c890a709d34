/** A small issuer for tests: its own keys, certificates of every kind, and the trust to verify them. */
import { bytesToBase64 } from '@sidep/encoding'
import { issueHcert, type JsonObject } from '@sidep/hcert'
import { type BundleContent, loadSigner, loadTrust, type Trust } from '@sidep/trust'
import { type KeySet, makeKeySet } from '@sidep/trust/certificates'
import { issue2dDocB2, type TestResult } from '@sidep/twoddoc'

export const madeAt = new Date('2021-08-01T00:00:00Z')

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

const signerOf = async (pkcs8: Uint8Array): Promise<(bytes: Uint8Array) => Promise<Uint8Array>> => {
  const key = await crypto.subtle.importKey(
    'pkcs8',
    new Uint8Array(pkcs8),
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  )
  return async (bytes) =>
    new Uint8Array(
      await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, new Uint8Array(bytes)),
    )
}

export interface TestIssuer {
  readonly keys: KeySet
  /** `dcc` and `twoddoc` as a bundle lists them. */
  readonly lists: Pick<BundleContent, 'dcc' | 'twoddoc'>
  readonly trust: Trust
  /** Signs an EU certificate; defaults: issued 2021-08-13T12:00Z, expires a year later. */
  readonly hcert: (
    dcc: JsonObject,
    times?: { readonly issuedAt?: Date; readonly expiresAt?: Date },
  ) => Promise<string>
  /** Signs a 2D-DOC of a test. */
  readonly twoddoc: (test: {
    readonly result: TestResult
    readonly sampledAt: Date
    readonly loinc?: string
    readonly issuedAt?: Date
  }) => Promise<string>
}

/**
 * @param scope whose key signs EU certificates: `dcc` may sign tests only, `bundle` any kind
 * @param at since when its keys count
 */
export const makeIssuer = async (
  scope: 'dcc' | 'bundle' = 'bundle',
  at: Date = madeAt,
): Promise<TestIssuer> => {
  const keys = await makeKeySet({ at, randomBytes, development: true })
  const { certificate, privateKey } = keys.signers[scope]
  const [sign, sign2dDoc, own, twoddocOwn] = await Promise.all([
    signerOf(privateKey),
    signerOf(keys.signers.twoddoc.privateKey),
    loadSigner(certificate),
    loadSigner(keys.signers.twoddoc.certificate),
  ])
  if (!own.ok || !twoddocOwn.ok) throw new Error('our own signers cannot be loaded')
  const spki = await crypto.subtle.exportKey('spki', twoddocOwn.value.publicKey)
  const lists = {
    dcc: [bytesToBase64(certificate)],
    twoddoc: [{ ...keys.twoddoc, spki: bytesToBase64(new Uint8Array(spki)) }],
  }
  const issued = new Date('2021-08-13T12:00:00Z')
  return {
    keys,
    lists,
    trust: await loadTrust(lists),
    hcert: (dcc, { issuedAt = issued, expiresAt = new Date('2022-08-13T12:00:00Z') } = {}) =>
      issueHcert(dcc, { issuer: 'FR', issuedAt, expiresAt, keyId: own.value.keyId, sign }),
    twoddoc: ({ result, sampledAt, loinc = '94558-4', issuedAt = issued }) =>
      issue2dDocB2(
        {
          ...keys.twoddoc,
          issuedAt,
          person: {
            firstNames: 'Anne Marie',
            familyName: 'Lefèvre',
            birthDate: '1980-05-02',
            sex: 'F',
          },
          loinc,
          result,
          sampledAt,
        },
        sign2dDoc,
      ),
  }
}

const common = { tg: '840539006', co: 'FR', is: 'Ministère de la Santé' }

const holder = (dob: string): JsonObject => ({
  ver: '1.3.0',
  nam: { fn: 'Lefèvre', fnt: 'LEFEVRE', gn: 'Anne', gnt: 'ANNE' },
  dob,
})

/** A test certificate's payload. */
export const testPayload = ({
  result = '260415000',
  sampledAt = '2021-08-13T10:00:00Z',
  type = 'LP217198-3',
  disease = '840539006',
  dob = '1980-05-02',
}: {
  result?: string
  sampledAt?: string
  type?: string
  disease?: string
  dob?: string
} = {}): JsonObject => ({
  ...holder(dob),
  t: [
    {
      ...common,
      tg: disease,
      tt: type,
      sc: sampledAt,
      tr: result,
      tc: 'Pharmacie du Parvis',
      ...(type === 'LP217198-3' ? { ma: '1232' } : { nm: 'RT-PCR' }),
      ci: 'URN:UVCI:01:FR:ABCDEFGHIJKL#4',
    },
  ],
})

export const vaccinationPayload = ({
  product = 'EU/1/20/1528',
  dose = 2,
  doses = 2,
  on = '2021-07-01',
  dob = '1980-05-02',
}: {
  product?: string
  dose?: number
  doses?: number
  on?: string
  dob?: string
} = {}): JsonObject => ({
  ...holder(dob),
  v: [
    {
      ...common,
      vp: 'J07BX03',
      mp: product,
      ma: 'ORG-100030215',
      dn: dose,
      sd: doses,
      dt: on,
      ci: 'URN:UVCI:01:FR:BBCDEFGHIJKL#4',
    },
  ],
})

export const recoveryPayload = (firstPositiveOn: string, dob = '1980-05-02'): JsonObject => ({
  ...holder(dob),
  r: [
    {
      ...common,
      fr: firstPositiveOn,
      df: firstPositiveOn,
      du: '2022-08-01',
      ci: 'URN:UVCI:01:FR:CBCDEFGHIJKL#4',
    },
  ],
})
