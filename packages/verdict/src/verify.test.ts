import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import {
  bytesToBase64,
  bytesToHex,
  coseAlgorithm,
  coseHeader,
  decodeBase45,
  deflate,
  encodeBase45,
  encodeCbor,
  encodeCoseSign1,
  encodeCwtClaims,
  encodeProtectedHeader,
  inflate,
  parseCoseSign1,
  utf8Bytes,
} from '@sidep/encoding'
import type { JsonObject } from '@sidep/hcert'
import { loadTrust, type Trust } from '@sidep/trust'
import { publicKey, signed, testHeader, testMessage } from '../../twoddoc/test/signing.ts'
import {
  madeAt,
  makeIssuer,
  recoveryPayload,
  type TestIssuer,
  testPayload,
  vaccinationPayload,
} from '../test/issuer.ts'
import { purposeFor, scanCharactersMax, type Verdict, verify } from './index.ts'

const at = new Date('2021-08-13T15:30:00Z')
const anyPurpose = { kind: 'none' } as const
const nobody = await loadTrust({ dcc: [], twoddoc: [] })

let issuer: TestIssuer
let genuine: string
before(async () => {
  issuer = await makeIssuer()
  genuine = await issuer.hcert(testPayload())
})

const wrapped = (message: Uint8Array): string => `HC1:${encodeBase45(deflate(message))}`

/** A COSE message around claims, with any header and a signature of zeros. */
const unsigned = (
  payload: Uint8Array<ArrayBuffer>,
  header = new Map<unknown, unknown>([[coseHeader.keyId, new Uint8Array(8)]]),
): string =>
  wrapped(
    encodeCoseSign1({
      protectedBytes: encodeProtectedHeader(header),
      payload,
      signature: new Uint8Array(64),
    }),
  )

const outcome = ({ verdict, step, code }: Verdict): string => `${verdict} ${step} ${code}`

const check = async (text: string, trust: Trust = issuer.trust, when = at): Promise<string> =>
  outcome(await verify(text, trust, when, anyPurpose))

/** The message inside a code. */
const messageOf = (text: string) => {
  const compressed = decodeBase45(text.slice(4))
  const message = compressed.ok ? inflate(compressed.value) : compressed
  const cose = message.ok ? parseCoseSign1(message.value) : message
  assert.ok(cose.ok)
  return cose.value
}

suite('an EU certificate', () => {
  test('that is genuine is accepted, with what may be shown and health apart', async () => {
    const verdict = await verify(genuine, issuer.trust, at, anyPurpose)
    assert.deepEqual(verdict, {
      verdict: 'accepted',
      step: null,
      code: 'ACCEPTED',
      certificate: {
        format: 'hcert',
        kind: 'test',
        familyName: 'Lefèvre',
        firstNames: 'Anne',
        birthDate: '1980-05-02',
        id: 'URN:UVCI:01:FR:ABCDEFGHIJKL#4',
        issuer: 'FR',
        medical: { t: testPayload().t },
      },
      acceptedUntil: new Date('2022-08-13T12:00:00Z'),
    })
  })

  test('behind what a scanner puts before a QR code is accepted', async () => {
    assert.equal(await check(`]Q1${genuine}`), 'accepted null ACCEPTED')
  })

  test('without its prefix is unreadable at prefix', async () => {
    assert.equal(await check(genuine.slice(4)), 'unreadable prefix PREFIX_UNKNOWN')
    assert.equal(await check(genuine.replace('HC1', 'HC2')), 'unreadable prefix PREFIX_UNKNOWN')
    assert.equal(await check(''), 'unreadable prefix PREFIX_UNKNOWN')
  })

  test('of another kind is said to be that, at prefix', async () => {
    for (const text of [
      'shc:/5676290952',
      'SHC:/56',
      'shlink:/eyJ',
      'NZCP:/1/2KCEVIQ',
      'LT1:ABC',
      'NL2:ABC',
      'HCFR1:ABC',
      'EX1:ABC',
      'IS0100000',
    ]) {
      assert.equal(await check(text), 'unreadable prefix OTHER_KIND')
    }
    assert.equal(await check('https://example.org/shc:/'), 'unreadable prefix PREFIX_UNKNOWN')
  })

  test('longer than any code is unreadable at prefix before anything is decoded', async () => {
    const megabyte = `HC1:${'A'.repeat(1_000_000)}`
    assert.equal(await check(megabyte), 'unreadable prefix TEXT_TOO_LONG')
    const longest = `HC1:${'A'.repeat(scanCharactersMax - 4)}`
    assert.notEqual(await check(longest), 'unreadable prefix TEXT_TOO_LONG')
  })

  test('with a character outside base45 is unreadable at base45', async () => {
    assert.equal(await check('HC1:abc'), 'unreadable base45 BASE45_CHARACTER')
  })

  test('that is not compressed is unreadable at zlib', async () => {
    const bare = `HC1:${encodeBase45(utf8Bytes('not compressed'))}`
    assert.equal(await check(bare), 'unreadable zlib ZLIB_HEADER')
  })

  test('that inflates beyond its bound is unreadable at zlib', async () => {
    const bomb = wrapped(new Uint8Array(1_000_000))
    assert.ok(bomb.length < scanCharactersMax)
    assert.equal(await check(bomb), 'unreadable zlib ZLIB_TOO_LARGE')
  })

  test('that is not CBOR, or nests too deep, is unreadable at cbor', async () => {
    assert.equal(await check(wrapped(Uint8Array.of(0xff))), 'unreadable cbor CBOR_MALFORMED')
    const deep = new Uint8Array(5_000).fill(0x81)
    assert.equal(await check(wrapped(deep)), 'unreadable cbor CBOR_DEPTH')
  })

  test('that is CBOR but no COSE message is unreadable at cose', async () => {
    assert.equal(await check(wrapped(encodeCbor([1, 2]))), 'unreadable cose COSE_STRUCTURE')
  })

  test('without claims or without a DCC in them is unreadable at cwt', async () => {
    assert.equal(await check(unsigned(encodeCbor([]))), 'unreadable cwt CWT_NOT_A_MAP')
    assert.equal(await check(unsigned(encodeCwtClaims({}))), 'unreadable cwt CWT_HCERT')
  })

  test('that names no key is refused at key', async () => {
    const claims = encodeCwtClaims({ hcert: new Map([[1, new Map()]]) })
    const header = new Map<unknown, unknown>([[coseHeader.algorithm, coseAlgorithm.ES256]])
    assert.equal(await check(unsigned(claims, header)), 'refused key KEY_ID_MISSING')
  })

  test('of a signer who is not trusted is refused at key', async () => {
    assert.equal(await check(genuine, nobody), 'refused key KEY_UNKNOWN')
  })

  test('with another signature is refused at signature and shows nobody', async () => {
    const other = messageOf(await issuer.hcert(testPayload({ result: '260373001' })))
    const forged = wrapped(encodeCoseSign1({ ...messageOf(genuine), signature: other.signature }))
    const verdict = await verify(forged, issuer.trust, at, anyPurpose)
    assert.equal(outcome(verdict), 'refused signature SIGNATURE_INVALID')
    assert.equal(verdict.certificate, null)
  })

  test('that names another algorithm than the key’s is refused at signature', async () => {
    const { protectedHeader, ...message } = messageOf(genuine)
    const header = new Map(protectedHeader).set(coseHeader.algorithm, coseAlgorithm.PS256)
    const protectedBytes = encodeProtectedHeader(header)
    const forged = wrapped(encodeCoseSign1({ ...message, protectedBytes }))
    assert.equal(await check(forged), 'refused signature SIGNATURE_INVALID')
  })

  test('of a kind that its signer may not sign is refused at key-usage', async () => {
    const ours = await makeIssuer('dcc')
    const { trust } = ours
    for (const payload of [testPayload(), recoveryPayload('2021-06-01')])
      assert.equal(await check(await ours.hcert(payload), trust), 'accepted null ACCEPTED')
    const vaccination = await ours.hcert(vaccinationPayload())
    assert.equal(await check(vaccination, trust), 'refused key-usage KEY_USAGE_NOT_PERMITTED')
  })

  test('is valid up to its expiry and not after', async () => {
    const expiresAt = new Date('2021-08-16T12:00:00Z')
    const text = await issuer.hcert(testPayload(), { expiresAt })
    assert.equal(await check(text, issuer.trust, expiresAt), 'accepted null ACCEPTED')
    const after = new Date(expiresAt.getTime() + 1)
    assert.equal(await check(text, issuer.trust, after), 'refused validity CERTIFICATE_EXPIRED')
  })

  test('issued a moment ago passes a clock five minutes behind, and no more', async () => {
    const issuedAt = at
    const text = await issuer.hcert(testPayload(), { issuedAt })
    const behind = (seconds: number): Date => new Date(at.getTime() - seconds * 1000)
    assert.equal(await check(text, issuer.trust, behind(300)), 'accepted null ACCEPTED')
    assert.equal(
      await check(text, issuer.trust, behind(301)),
      'refused validity CERTIFICATE_NOT_YET_VALID',
    )
  })

  test('outside its signer’s time is refused at validity', async () => {
    const expiresAt = new Date('2030-01-01T00:00:00Z')
    const issuedAt = new Date('2021-07-01T00:00:00Z')
    const text = await issuer.hcert(testPayload(), { issuedAt, expiresAt })
    const late = new Date('2023-08-02T00:00:00Z')
    assert.equal(await check(text, issuer.trust, late), 'refused validity SIGNER_EXPIRED')
    const early = new Date(madeAt.getTime() - 300_001)
    assert.equal(await check(text, issuer.trust, early), 'refused validity SIGNER_NOT_YET_VALID')
  })

  test('that does not follow the schema is refused at schema', async () => {
    const { nam: _, ...nameless } = testPayload()
    assert.equal(await check(await issuer.hcert(nameless)), 'refused schema SCHEMA_NAME')
    const two = { ...testPayload(), ...vaccinationPayload() }
    assert.equal(await check(await issuer.hcert(two)), 'refused schema SCHEMA_ENTRY_COUNT')
  })

  test('that is withdrawn is refused at revocation, whichever way the hash is written', async () => {
    const name = utf8Bytes('FRURN:UVCI:01:FR:ABCDEFGHIJKL#4')
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', name))
    // The full hash, and the 16 bytes of it that others' lists have.
    for (const revoked of [hash, hash.subarray(0, 16)].flatMap((bytes) => [
      bytesToHex(bytes),
      bytesToHex(bytes).toUpperCase(),
      Buffer.from(bytes).toString('base64'),
    ])) {
      const trust = await loadTrust({ ...issuer.lists, revoked: [revoked] })
      assert.equal(await check(genuine, trust), 'refused revocation REVOKED')
      const other = await issuer.hcert(vaccinationPayload())
      assert.equal(await check(other, trust), 'accepted null ACCEPTED')
    }
  })

  test('is revoked by any of its entries, and by 16 bytes of each kind that the EU hashes', async () => {
    const [first = {}] = vaccinationPayload().v as readonly JsonObject[]
    const v = [
      { ...first, ci: 'URN:UVCI:01:fr:OLD#1', dt: '2021-06-01' },
      { ...first, ci: 'NEW' },
    ]
    const text = await issuer.hcert({ ...vaccinationPayload(), v })
    const { signature } = messageOf(text)
    const names: readonly (string | Uint8Array)[] = [
      'FRURN:UVCI:01:FR:OLD#1',
      'FRNEW',
      'URN:UVCI:01:fr:OLD#1',
      'URN:UVCI:01:FR:OLD#1',
      '01:fr:OLD#1',
      'FR01:fr:OLD#1',
      'NEW',
      signature,
      signature.subarray(0, 32),
    ]
    for (const name of names) {
      const bytes = typeof name === 'string' ? utf8Bytes(name) : new Uint8Array(name)
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).subarray(0, 16)
      const trust = await loadTrust({ ...issuer.lists, revoked: [bytesToHex(hash)] })
      assert.equal(await check(text, trust), 'refused revocation REVOKED', String(name))
      assert.equal(await check(genuine, trust), 'accepted null ACCEPTED')
    }
  })

  test('is not accepted while an entry of the revocation list cannot be read', async () => {
    for (const wrong of ['x', '00'.repeat(31), '']) {
      const trust = await loadTrust({ ...issuer.lists, revoked: [wrong] })
      assert.equal(await check(genuine, trust), 'refused revocation REVOCATION_LIST_UNREADABLE')
      const twoddoc = await issuer.twoddoc({ result: 'N', sampledAt: at })
      assert.equal(await check(twoddoc, trust), 'refused revocation REVOCATION_LIST_UNREADABLE')
    }
  })

  test('is verified by a key that its list names by a key id of its own', async () => {
    const [certificate] = issuer.lists.dcc
    const own = issuer.trust.signers[0]
    assert.ok(own && typeof certificate === 'string')
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', own.publicKey))
    const kid = bytesToBase64(own.keyId)
    const entry = { kid, spki: bytesToBase64(spki) }
    const verdicts = [entry, { kid, certificate }, { ...entry, kid: bytesToHex(own.keyId) }].map(
      async (listed) => check(genuine, await loadTrust({ dcc: [listed], twoddoc: [] })),
    )
    for (const verdict of await Promise.all(verdicts))
      assert.equal(verdict, 'accepted null ACCEPTED')
    const limits = [
      [{ ...entry, usages: ['vaccination'] as const }, 'refused key-usage KEY_USAGE_NOT_PERMITTED'],
      [{ ...entry, notAfter: '2021-08-13T15:00:00Z' }, 'refused validity SIGNER_EXPIRED'],
      [{ ...entry, notBefore: '2021-08-13T15:36:00Z' }, 'refused validity SIGNER_NOT_YET_VALID'],
      [{ ...entry, kid: 'AAAAAAAAAAA=' }, 'refused key KEY_UNKNOWN'],
    ] as const
    for (const [listed, outcome] of limits) {
      assert.equal(await check(genuine, await loadTrust({ dcc: [listed], twoddoc: [] })), outcome)
    }
  })

  test('for a country without rules is refused at rules', async () => {
    const verdict = await verify(genuine, issuer.trust, at, purposeFor('XX'))
    assert.equal(outcome(verdict), 'refused rules RULES_UNKNOWN_COUNTRY')
  })
})

suite('a 2D-DOC', () => {
  const sampledAt = new Date('2021-08-13T10:00:00Z')
  const make = () => issuer.twoddoc({ result: 'N', sampledAt })

  test('that is genuine is accepted', async () => {
    const verdict = await verify(await make(), issuer.trust, at, anyPurpose)
    assert.equal(outcome(verdict), 'accepted null ACCEPTED')
    const { certificate } = verdict
    assert.equal(certificate?.format, 'twoddoc')
    assert.equal(certificate?.familyName, 'LEFEVRE')
    assert.equal(certificate?.issuer, 'FR99/DEV1')
    assert.match(certificate?.id ?? '', /^[0-9a-f]{64}$/)
  })

  test('that cannot be read is unreadable at schema', async () => {
    const text = await make()
    assert.equal(await check(text.slice(0, 40)), 'unreadable schema TWODDOC_SIGNATURE_MISSING')
    assert.equal(await check('DC99'), 'unreadable schema TWODDOC_VERSION')
  })

  test('of a signer who is not trusted is refused at key', async () => {
    assert.equal(await check(await make(), nobody), 'refused key KEY_UNKNOWN')
  })

  test('with a changed field is refused at signature', async () => {
    const forged = (await make()).replace('F5N', 'F5P')
    assert.equal(await check(forged), 'refused signature SIGNATURE_INVALID')
  })

  test('signed on a later day is refused at validity', async () => {
    const yesterday = new Date('2021-08-12T09:00:00Z')
    assert.equal(
      await check(await make(), issuer.trust, yesterday),
      'refused validity CERTIFICATE_NOT_YET_VALID',
    )
  })

  test('outside its signer’s time is refused at validity', async () => {
    const limited = (times: { notBefore?: string; notAfter?: string }): Promise<Trust> =>
      loadTrust({
        dcc: [],
        twoddoc: issuer.lists.twoddoc.map((signer) => ({ ...signer, ...times })),
      })
    const text = await make()
    assert.equal(
      await check(text, await limited({ notAfter: '2021-08-13T15:00:00Z' })),
      'refused validity SIGNER_EXPIRED',
    )
    assert.equal(
      await check(text, await limited({ notBefore: '2021-08-13T16:00:00Z' })),
      'refused validity SIGNER_NOT_YET_VALID',
    )
  })

  test('that is withdrawn is refused at revocation: SHA-256 of its text before US', async () => {
    const text = await make()
    const signed = utf8Bytes(text.slice(0, text.indexOf('\u001f')))
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', signed))
    const trust = await loadTrust({ ...issuer.lists, revoked: [bytesToHex(hash)] })
    assert.equal(await check(text, trust), 'refused revocation REVOKED')
  })

  test('is held against the same rules as an EU certificate', async () => {
    const verdict = await verify(await make(), issuer.trust, at, purposeFor('FR'))
    assert.equal(outcome(verdict), 'accepted null ACCEPTED')
    assert.ok(verdict.verdict === 'accepted')
    assert.deepEqual(verdict.acceptedUntil, new Date('2021-08-16T10:00:00Z'))
  })

  test('without any name is refused at schema; one name is enough, and an unknown birth date is shown empty', async () => {
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
    const trust = await loadTrust({
      dcc: [],
      twoddoc: [{ caId: 'FR03', certificateId: 'AHP1', spki: bytesToBase64(spki) }],
    })
    const judge = async (firstNames: string, familyName: string, born = '29021980') => {
      const message = testMessage
        .replace(/F0[^\u001d]*/, `F0${firstNames}`)
        .replace(/F1[^\u001d]*/, `F1${familyName}`)
        .replace('F229021980', `F2${born}`)
      return await verify(await signed(testHeader + message), trust, at, anyPurpose)
    }
    for (const blank of ['', ' ', '/', ' / ']) {
      assert.equal(outcome(await judge(blank, '')), 'refused schema SCHEMA_NAME')
      assert.equal(outcome(await judge('', blank)), 'refused schema SCHEMA_NAME')
    }
    const named = (await judge(' ZOE ', '')).certificate
    assert.deepEqual([named?.firstNames, named?.familyName], ['ZOE', ''])
    assert.equal((await judge('', ' KAYA', '00000000')).certificate?.birthDate, '')
  })
})
