import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { bytesToBase64, bytesToHex, utf8Bytes } from '@sidep/encoding'
import { readHcert } from '@sidep/hcert'
import {
  foreignRevocationsFrom,
  keyWords,
  type OwnRevocations,
  type Trust,
  trustOf,
} from '@sidep/trust'
import { buildRevocationFilter } from '@sidep/trust/revocation-filter'
import { read2dDoc, wholeCodeBytes } from '@sidep/twoddoc'
import { makeIssuer, type TestIssuer, testPayload } from '../test/issuer.ts'
import { verify } from './index.ts'

const at = new Date('2021-08-13T15:30:00Z')
const issuedAt = new Date('2021-08-13T12:00:00Z')
const uvci = 'URN:UVCI:01:FR:ABCDEFGHIJKL#4'

const sha256 = async (bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)))

let issuer: TestIssuer
let keyId: Uint8Array
let text: string
before(async () => {
  issuer = await makeIssuer()
  keyId = issuer.trust.signers[0]?.keyId ?? new Uint8Array()
  text = await issuer.hcert(testPayload(), { issuedAt })
})

/** A list over a hundred others and this one, which is revoked or is not. */
const listWith = (
  hash: Uint8Array,
  isRevoked: boolean,
  signer: string,
  until: Date,
  valid: readonly Uint8Array[] = [],
): OwnRevocations => {
  const others = Array.from({ length: 100 }, (_, index) => new Uint8Array(32).fill(index + 1))
  const [first] = others
  const revoked = isRevoked ? hash : first
  assert.ok(revoked)
  const filter = buildRevocationFilter(Uint32Array.from(keyWords(revoked)), 101, (visit) => {
    for (const other of [...others, ...valid, hash])
      if (other !== revoked) visit(...keyWords(other))
  })
  assert.ok(filter)
  return { signers: new Set([signer]), filters: [{ until, filter }], listed: new Set() }
}

const trusting = (parts: Partial<Parameters<typeof trustOf>[0]>): Trust =>
  trustOf({
    signers: issuer.trust.signers,
    twoddoc: [issuer.trust.twoddocSigner('FR99', 'DEV1')].filter((one) => one !== undefined),
    ...parts,
  })

const codeOf = async (code: string, trust: Trust): Promise<string> =>
  (await verify(code, trust, at, { kind: 'none' })).code

suite('a certificate of the portal’s own', () => {
  test('is revoked by the filter over all that was issued, which is asked only about those', async () => {
    const hash = await sha256(utf8Bytes(`FR${uvci}`))
    const signer = bytesToHex(keyId)
    for (const [isRevoked, code] of [
      [true, 'REVOKED'],
      [false, 'ACCEPTED'],
    ] as const) {
      const own = listWith(hash, isRevoked, signer, issuedAt)
      assert.equal(await codeOf(text, trusting({ own })), code)
    }
    const early = listWith(hash, true, signer, new Date(issuedAt.getTime() - 1000))
    assert.equal(await codeOf(text, trusting({ own: early })), 'ACCEPTED')
    const others = listWith(hash, true, 'ffffffffffffffff', issuedAt)
    assert.equal(await codeOf(text, trusting({ own: others })), 'ACCEPTED')
  })

  test('in the French format too, from when its day is over', async () => {
    const twoddoc = await issuer.twoddoc({ result: 'N', sampledAt: issuedAt })
    const hash = await sha256(utf8Bytes(twoddoc.slice(0, twoddoc.indexOf('\u001f'))))
    const until = new Date('2021-08-14T12:00:00Z')
    const own = listWith(hash, true, 'FR99/DEV1', until)
    assert.equal(await codeOf(twoddoc, trusting({ own })), 'REVOKED')
    const valid = listWith(hash, false, 'FR99/DEV1', until)
    assert.equal(await codeOf(twoddoc, trusting({ own: valid })), 'ACCEPTED')
    const sameDay = listWith(hash, true, 'FR99/DEV1', new Date('2021-08-14T11:59:00Z'))
    assert.equal(await codeOf(twoddoc, trusting({ own: sameDay })), 'ACCEPTED')
  })

  test('in the French format by its whole code from a day on: its twin that says the same is accepted', async () => {
    const twins = [
      await issuer.twoddoc({ result: 'N', sampledAt: issuedAt }),
      await issuer.twoddoc({ result: 'N', sampledAt: issuedAt }),
    ] as const
    const [hash, twinHash] = await Promise.all(
      twins.map((code) => {
        const read = read2dDoc(code)
        assert.ok(read.ok)
        return sha256(wholeCodeBytes(read))
      }),
    )
    assert.ok(hash && twinHash)
    const until = new Date('2021-08-14T12:00:00Z')
    const wholeCodesFrom = '2021-08-13'
    const filtered = { ...listWith(hash, true, 'FR99/DEV1', until, [twinHash]), wholeCodesFrom }
    const listed = { ...filtered, filters: [], listed: new Set([bytesToHex(hash).slice(0, 32)]) }
    const inBundle = { revoked: new Set([bytesToHex(hash)]) }
    for (const parts of [{ own: filtered }, { own: listed }, inBundle]) {
      assert.equal(await codeOf(twins[0], trusting(parts)), 'REVOKED')
      assert.equal(await codeOf(twins[1], trusting(parts)), 'ACCEPTED')
    }
    // Signed before that day: the filter knows both by what they say.
    const text = await sha256(utf8Bytes(twins[0].slice(0, twins[0].indexOf('\u001f'))))
    const before = { ...listWith(text, true, 'FR99/DEV1', until), wholeCodesFrom: '2021-08-14' }
    for (const code of twins) assert.equal(await codeOf(code, trusting({ own: before })), 'REVOKED')
  })
})

suite('a list of revocations that is old', () => {
  const codeWith = (listAt: string, hours: number): Promise<string> => {
    const revocationsAsOf = { at: new Date(listAt), refuseAfterSeconds: hours * 3_600 }
    return codeOf(text, trusting({ revocationsAsOf }))
  }

  test('is no reason to refuse what was issued before it, or while it is young', async () => {
    // Issued at 12:00, asked at 15:30.
    assert.equal(await codeWith('2021-08-13T12:00:00Z', 1), 'ACCEPTED')
    assert.equal(await codeWith('2021-08-11T15:31:00Z', 48), 'ACCEPTED')
  })

  test('does not vouch for what was issued after it, from its limit on', async () => {
    assert.equal(await codeWith('2021-08-11T15:30:00Z', 48), 'REVOCATION_LIST_TOO_OLD')
    assert.equal(await codeWith('2021-08-13T11:59:59Z', 1), 'REVOCATION_LIST_TOO_OLD')
  })
})

suite('a certificate of another country', () => {
  const batch = (hashType: string, hash: Uint8Array, kid = bytesToBase64(keyId)) => ({
    country: 'FR',
    expires: '2022-06-01T00:00:00Z',
    kid,
    hashType,
    entries: [{ hash: bytesToBase64(hash.subarray(0, 16)) }],
  })
  const revokedBy = (...batches: unknown[]): Promise<string> =>
    codeOf(text, trusting({ foreign: foreignRevocationsFrom(batches, at) }))

  test('is revoked by each of the three kinds of hash, of its own key or of any', async () => {
    const hcert = readHcert(text)
    assert.ok(hcert.ok)
    const { signature } = hcert.cose
    const half = signature.subarray(0, signature.length / 2)
    for (const [kind, bytes] of [
      ['UCI', utf8Bytes(uvci)],
      ['COUNTRYCODEUCI', utf8Bytes(`FR${uvci}`)],
      ['SIGNATURE', half],
    ] as const) {
      const hash = await sha256(bytes)
      assert.equal(await revokedBy(batch(kind, hash)), 'REVOKED', kind)
      assert.equal(await revokedBy(batch(kind, hash, 'UNKNOWN_KID')), 'REVOKED', kind)
      assert.equal(await revokedBy(batch(kind, hash, 'AQIDBAUGBwg=')), 'ACCEPTED', kind)
      assert.equal(await revokedBy(batch(kind, new Uint8Array(32))), 'ACCEPTED', kind)
    }
    const uci = await sha256(utf8Bytes(uvci))
    assert.equal(await revokedBy(batch('COUNTRYCODEUCI', uci)), 'ACCEPTED')
  })

  test('is not accepted while its country’s list cannot be read; the portal’s own are', async () => {
    const broken = { ...batch('UCI', new Uint8Array(32)), entries: [{ hash: 'x' }] }
    assert.equal(await revokedBy(broken), 'REVOCATION_LIST_UNREADABLE')
    const foreign = foreignRevocationsFrom([null], at)
    assert.equal(await codeOf(text, trusting({ foreign })), 'REVOCATION_LIST_UNREADABLE')
    const hash = await sha256(utf8Bytes(`FR${uvci}`))
    const own = listWith(hash, false, bytesToHex(keyId), issuedAt)
    assert.equal(await codeOf(text, trusting({ foreign, own })), 'ACCEPTED')
    const twoddoc = await issuer.twoddoc({ result: 'N', sampledAt: issuedAt })
    assert.equal(await codeOf(twoddoc, trusting({ foreign })), 'ACCEPTED')
  })
})
