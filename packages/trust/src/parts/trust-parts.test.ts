import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { bytesToBase64, encodeCbor } from '@sidep/encoding'
import { makeSigner } from '../../test/signer.ts'
import {
  agesOf,
  assembleContent,
  emptyContent,
  indexTimeFault,
  missingParts,
  readIndex,
  readParts,
  sha256Of,
  signBundle,
  signIndex,
  signSuccession,
  successionFault,
  type TrustContent,
  type TrustIndex,
  trustFrom,
  writeParts,
} from '../index.ts'
import { makeKeySet } from '../making.ts'
import { buildRevocationFilter } from '../revocation/build-revocation-filter.ts'
import { foreignRevocationsFrom } from '../revocation/foreign-revocations.ts'

const at = new Date('2021-08-13T12:00:00Z')
const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const keys = await makeKeySet({ at, randomBytes, development: true })
const next = await makeKeySet({ at, randomBytes, development: true })
const { anchor, signer } = await makeSigner(keys.signers.bundle)
const successor = await makeSigner(next.signers.bundle)

const content: TrustContent = {
  ...emptyContent,
  keys: new Map([
    ['FR', [bytesToBase64(keys.signers.dcc.certificate)]],
    ['SE', [{ kid: 'AQIDBAUGBwg=', spki: bytesToBase64(anchor), country: 'SE' }]],
  ]),
  twoddoc: [{ caId: 'FR99', certificateId: 'DEV1', spki: bytesToBase64(anchor) }],
  continuity: [bytesToBase64(keys.signers.continuity.certificate)],
  withdrawn: { booklets: [], sites: [], allIssuedUntil: null, slips: [], slipSites: [] },
  own: { signers: new Set(['aa'.repeat(8)]), filters: [], listed: new Set(['cd'.repeat(16)]) },
  foreign: foreignRevocationsFrom(
    [
      {
        kid: 'AQIDBAUGBwg=',
        hashType: 'UCI',
        expires: '2022-01-01T00:00:00Z',
        entries: [{ hash: bytesToBase64(new Uint8Array(16)) }],
      },
    ],
    at,
  ),
  ruleProfile: 'dated',
  ruleSets: [{ id: 'X' }],
  valueSets: { 'covid-19-lab-result': ['260415000'] },
  notices: [new Uint8Array([1, 2, 3])],
}

const parts = writeParts(content)
const byHash = new Map<string, Uint8Array>()
const indexed = await Promise.all(
  [...parts].map(async ([name, bytes]) => {
    const sha256 = await sha256Of(bytes)
    byHash.set(sha256, bytes)
    return {
      name,
      sha256,
      bytes: bytes.length,
      asOf: '2021-08-13T11:00:00Z',
      warnAfterSeconds: name.startsWith('keys/') ? 3 * 86_400 : 6 * 3_600,
      refuseAfterSeconds: name === 'revocations/own' ? 72 * 3_600 : null,
    }
  }),
)
const index: TrustIndex = {
  version: 1,
  number: 7,
  issuedAt: '2021-08-13T12:00:00Z',
  expiresAt: '2021-10-13T12:00:00Z',
  parts: indexed,
}
const held = async (sha256: string) => byHash.get(sha256) ?? null

const opened = async (changes: Partial<TrustIndex> = {}) => {
  const read = await readIndex(await signIndex({ ...index, ...changes }, signer), anchor)
  assert.ok(read.ok)
  return read.value
}

const codeOf = async (bytes: Uint8Array, by = anchor): Promise<string> => {
  const read = await readIndex(bytes, by)
  return read.ok ? 'OK' : read.code
}

suite('a large filter', () => {
  const until = new Date('2021-08-13T10:00:00Z')
  const from = new Date('2021-01-01T00:00:00Z')
  const made = buildRevocationFilter(
    Uint32Array.from({ length: 4 * 9_000 }, (_, place) => Math.imul(place + 1, 0x9e3779b1) >>> 0),
    1_800_000,
    () => undefined,
  )

  test('has a part of its own, which the list needs', () => {
    assert.ok(made !== null)
    const own = {
      signers: new Set(['aa']),
      filters: [{ from, until, filter: made }],
      listed: new Set<string>(),
    }
    const written = writeParts({ ...emptyContent, own })
    const list = written.get('revocations/own')
    assert.ok(list !== undefined && list.length < 200)
    const read = readParts(written)
    assert.ok(read.ok)
    assert.deepEqual(read.value.own, own)
    const without = new Map([...written].filter(([name]) => name !== 'revocations/filter-1'))
    assert.deepEqual(readParts(without), { ok: false, code: 'PART_MALFORMED' })
  })
})

suite('a trust index', () => {
  test('opens to what was signed, and its parts to what they were made of', async () => {
    const { index: read, anchor: by } = await opened()
    assert.deepEqual(read, index)
    assert.deepEqual(by, anchor)
    const assembled = await assembleContent(read, held)
    assert.deepEqual(assembled, { ok: true, value: content })
  })

  test('is small, whatever its parts weigh', async () => {
    assert.ok((await signIndex(index, signer)).length < 2_500)
  })

  test('is no bundle, and a bundle no index', async () => {
    const bundle = { version: 1, issuedAt: '', expiresAt: '', dcc: [], twoddoc: [] } as const
    assert.equal(await codeOf(await signBundle(bundle, signer)), 'INDEX_CONTENT_TYPE')
  })

  test('of another key is refused, and of one that the anchor leads to is not', async () => {
    const theirs = await signIndex(index, successor.signer)
    assert.equal(await codeOf(theirs), 'INDEX_SIGNATURE')
    const statement = await signSuccession(successor.anchor, at, signer)
    const followed = await readIndex(await signIndex(index, successor.signer, [statement]), anchor)
    assert.ok(followed.ok)
    assert.deepEqual(followed.value.anchor, successor.anchor)
  })

  test('with a changed byte anywhere is refused', async () => {
    const bytes = await signIndex(index, signer)
    for (let at = 10; at < bytes.length; at += 97) {
      const changed = Uint8Array.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      assert.notEqual(await codeOf(changed), 'OK')
    }
  })

  test('that says what cannot be is malformed', async () => {
    const [part] = indexed
    assert.ok(part)
    for (const changes of [
      { number: 0 },
      { number: 1.5 },
      { parts: [part, part] },
      { parts: [{ ...part, name: '../keys' }] },
      { parts: [{ ...part, bytes: 1e9 }] },
      { parts: [{ ...part, asOf: 'lately' }] },
      { expiresAt: 'never' },
    ]) {
      const code = await codeOf(await signIndex({ ...index, ...changes }, signer))
      assert.equal(code, 'INDEX_MALFORMED', JSON.stringify(changes).slice(0, 80))
    }
  })

  test('that is rolled back, or one of two with a number, is noticed', async () => {
    const now = await opened()
    assert.equal(successionFault(null, now), null)
    assert.equal(successionFault(now, await opened({ number: 8 })), null)
    assert.equal(successionFault(now, await opened()), null)
    assert.equal(successionFault(now, await opened({ number: 6 })), 'INDEX_OLDER')
    const other = await opened({ expiresAt: '2022-10-13T12:00:00Z' })
    assert.equal(successionFault(now, other), 'INDEX_FORKED')
  })

  test('that is kept back for ever expires', () => {
    assert.equal(indexTimeFault(index, new Date('2021-08-13T11:54:00Z')), 'INDEX_NOT_YET_VALID')
    assert.equal(indexTimeFault(index, new Date('2021-10-13T11:59:59Z')), null)
    assert.equal(indexTimeFault(index, new Date('2021-10-13T12:00:00Z')), 'INDEX_EXPIRED')
  })
})

suite('parts', () => {
  test('that have not changed keep their hash, so that only what changed is fetched', async () => {
    const notices = [new Uint8Array([9])]
    const later = await Promise.all(
      [...writeParts({ ...content, notices })].map(async ([name, bytes]) => ({
        ...indexed[0],
        name,
        sha256: await sha256Of(bytes),
      })),
    )
    const missing = await missingParts({ parts: later as typeof indexed }, held)
    assert.deepEqual(
      missing.map(({ name }) => name),
      ['notices'],
    )
  })

  test('of two indexes are not mixed, and none is left out', async () => {
    const other = new Uint8Array([...(parts.get('twoddoc') ?? []), 0])
    const mixed = async (sha256: string) =>
      sha256 === indexed.find(({ name }) => name === 'twoddoc')?.sha256 ? other : held(sha256)
    assert.deepEqual(await assembleContent(index, mixed), { ok: false, code: 'PART_MISMATCH' })
    const nothing = async () => null
    assert.deepEqual(await assembleContent(index, nothing), { ok: false, code: 'PART_MISSING' })
  })

  test('that are not known here are passed over, and known ones that cannot be read are not', async () => {
    const named = async (name: string, value: unknown) => {
      const bytes = encodeCbor(value)
      const [part] = indexed
      assert.ok(part)
      const sha256 = await sha256Of(bytes)
      return assembleContent(
        { parts: [{ ...part, name, sha256, bytes: bytes.length }] },
        async () => Promise.resolve(bytes),
      )
    }
    assert.deepEqual(await named('weather', new Map()), { ok: true, value: emptyContent })
    for (const [name, value] of [
      ['keys/FR', new Map([['dcc', 'none']])],
      ['twoddoc', new Map()],
      ['revocations/own', new Map()],
      ['revocations/foreign', new Map()],
      ['rules', new Map([['sets', ['{']]])],
      ['value-sets', new Map([['x', [1]]])],
      ['notices', new Map()],
      ['weather', 'rain'],
    ] as const) {
      assert.deepEqual(await named(name, value), { ok: false, code: 'PART_MALFORMED' }, name)
    }
  })

  test('age apart: a list of revocations in hours, keys in days', () => {
    const stateAt = (text: string, name: string) =>
      agesOf(index, new Date(text)).find((part) => part.name === name)?.state
    assert.equal(stateAt('2021-08-13T16:59:59Z', 'revocations/own'), 'fresh')
    assert.equal(stateAt('2021-08-13T17:00:00Z', 'revocations/own'), 'old')
    assert.equal(stateAt('2021-08-16T10:59:59Z', 'revocations/own'), 'old')
    assert.equal(stateAt('2021-08-16T11:00:00Z', 'revocations/own'), 'unsafe')
    assert.equal(stateAt('2021-08-16T10:00:00Z', 'keys/FR'), 'fresh')
    assert.equal(stateAt('2021-08-20T11:00:00Z', 'keys/FR'), 'old')
    assert.equal(stateAt('2022-08-20T11:00:00Z', 'keys/FR'), 'old')
  })

  test('load into a trust with the age of its revocations', async () => {
    const trust = await trustFrom(content, index, anchor)
    // Three bytes are no notice.
    assert.deepEqual(trust.rejected, [{ list: 'notices', index: 0, code: 'NOTICE_MALFORMED' }])
    assert.equal(trust.signers.length, 2)
    assert.equal(trust.own.listed.size, 1)
    assert.deepEqual(trust.revocationsAsOf, {
      at: new Date('2021-08-13T11:00:00Z'),
      refuseAfterSeconds: 72 * 3_600,
    })
  })
})
