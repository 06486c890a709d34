import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { bytesToBase64, encodeCbor } from '@sidep/encoding'
import { makeSigner } from '../../test/signer.ts'
import {
  adoptPending,
  agesByKind,
  emptyContent,
  followIndex,
  followNotice,
  followPoll,
  type IndexedPart,
  initialTrustState,
  isPart,
  limitsOf,
  neededParts,
  nextPollMilliseconds,
  openTrustState,
  sha256Of,
  signIndex,
  signNotice,
  signSuccession,
  type TrustContent,
  type TrustState,
  trustFrom,
  warningsOf,
  writeParts,
} from '../index.ts'
import { makeKeySet } from '../making.ts'

const at = new Date('2021-08-13T12:00:00Z')
const later = (hours: number): Date => new Date(at.getTime() + hours * 3_600_000)
const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const { signers } = await makeKeySet({ at, randomBytes, development: true })
const others = await makeKeySet({ at, randomBytes, development: true })
const { anchor, signer } = await makeSigner(signers.bundle)
const successor = await makeSigner(others.signers.bundle)

const contentWith = (changes: Partial<TrustContent>): TrustContent => ({
  ...emptyContent,
  keys: new Map([['FR', [bytesToBase64(signers.dcc.certificate)]]]),
  ...changes,
})

const listed = (...digits: string[]): TrustContent['own'] => ({
  signers: new Set(),
  filters: [],
  listed: new Set(digits.map((two) => two.repeat(16))),
})

interface Publishing {
  readonly number: number
  readonly content?: TrustContent
  readonly issuedAt?: Date
  readonly by?: typeof signer
  readonly successions?: readonly Uint8Array[]
}

/** An index, and its parts by hash. */
const publish = async ({
  number,
  content = contentWith({}),
  issuedAt = at,
  by = signer,
  successions = [],
}: Publishing) => {
  const parts = new Map<string, Uint8Array>()
  const indexed: IndexedPart[] = []
  for (const [name, bytes] of writeParts(content)) {
    const sha256 = await sha256Of(bytes)
    parts.set(sha256, bytes)
    indexed.push({
      name,
      sha256,
      bytes: bytes.length,
      asOf: issuedAt.toISOString(),
      ...limitsOf(name),
    })
  }
  const index = {
    version: 1 as const,
    number,
    issuedAt: issuedAt.toISOString(),
    expiresAt: new Date(issuedAt.getTime() + 60 * 86_400_000).toISOString(),
    parts: indexed,
  }
  return { bytes: await signIndex(index, by, successions), index, parts }
}

const first = await publish({ number: 1 })
const second = await publish({
  number: 2,
  content: contentWith({ own: listed('ab') }),
  issuedAt: later(1),
})

/** A device: its store of parts, and what it made of an index. */
const makeDevice = (state: TrustState = initialTrustState(anchor)) => {
  const store = new Map<string, Uint8Array>()
  const held = async (sha256: string) => store.get(sha256) ?? null
  const keep = (parts: ReadonlyMap<string, Uint8Array>) => {
    for (const [sha256, bytes] of parts) store.set(sha256, bytes)
  }
  return { store, held, keep, state }
}

/** A device that has taken over an index. */
const deviceWith = async ({ bytes, parts }: Awaited<ReturnType<typeof publish>>, when = at) => {
  const device = makeDevice()
  device.keep(parts)
  const followed = await followPoll(
    device.state,
    { kind: 'index', bytes, tag: '"1"' },
    device.held,
    when,
  )
  assert.equal(followed.problem, null)
  return { ...device, state: followed.state }
}

suite('what a device makes of what arrives', () => {
  test('an index is in use once its parts are there, and only those that are missing are asked for', async () => {
    const device = makeDevice()
    const answer = { kind: 'index', bytes: first.bytes, tag: '"a"' } as const
    const begun = await followPoll(device.state, answer, device.held, at)
    assert.equal(begun.adopted, null)
    assert.deepEqual(
      begun.fetch.map(({ name }) => name),
      first.index.parts.map(({ name }) => name),
    )
    device.keep(first.parts)
    const { state, adopted, problem } = await adoptPending(begun.state, device.held, at)
    assert.equal(problem, null)
    assert.equal(adopted?.opened.index.number, 1)
    assert.equal(state.tag, '"a"')

    const next = await followIndex(state, second.bytes, device.held, later(1))
    assert.deepEqual(
      next.fetch.map(({ name }) => name),
      ['revocations/own'],
    )
    assert.equal((await openTrustState(next.state, device.held))?.opened.index.number, 1)
  })

  test('older, forked, forged, cut and empty answers leave what is in use', async () => {
    const device = await deviceWith(second, later(1))
    const forked = await publish({ number: 2 })
    const forged = await publish({ number: 3, by: successor.signer })
    const cases: [Uint8Array, string][] = [
      [first.bytes, 'INDEX_OLDER'],
      [forked.bytes, 'INDEX_FORKED'],
      [forged.bytes, 'INDEX_SIGNATURE'],
      [second.bytes.slice(0, 200), 'INDEX_MALFORMED'],
      [new Uint8Array(), 'INDEX_MALFORMED'],
      [new Uint8Array(1_000_000), 'INDEX_TOO_LARGE'],
    ]
    for (const [bytes, code] of cases) {
      const followed = await followPoll(
        device.state,
        { kind: 'index', bytes, tag: null },
        device.held,
        later(1),
      )
      assert.equal(followed.problem, code)
      assert.equal(followed.state.failures, 1)
      assert.deepEqual(followed.state.index, second.bytes)
      assert.equal((await openTrustState(followed.state, device.held))?.opened.index.number, 2)
    }
  })

  test('a newer index that was seen but could not be used keeps older ones out', async () => {
    const device = await deviceWith(first)
    const future = await publish({ number: 5, issuedAt: later(100) })
    const seen = await followIndex(device.state, future.bytes, device.held, at)
    assert.equal(seen.problem, 'INDEX_NOT_YET_VALID')
    const older = await followIndex(seen.state, second.bytes, device.held, later(1))
    assert.equal(older.problem, 'INDEX_OLDER')
    device.keep(future.parts)
    const used = await followIndex(older.state, future.bytes, device.held, later(101))
    assert.equal(used.adopted?.opened.index.number, 5)
  })

  test('a part that cannot be read, or is another, is not taken over', async () => {
    const device = await deviceWith(first)
    const { bytes, index } = second
    for (const { sha256, name } of index.parts) {
      const junk = name === 'revocations/own' ? encodeCbor(new Map()) : null
      if (junk !== null) device.store.set(sha256, junk)
    }
    const mismatched = await followIndex(device.state, bytes, device.held, later(1))
    assert.equal(mismatched.problem, 'PART_MISMATCH')
    assert.equal(mismatched.state.pending, null)
    assert.deepEqual(mismatched.state.index, first.bytes)

    const junk = encodeCbor(new Map([['signers', 1]]))
    const sha256 = await sha256Of(junk)
    const parts = first.index.parts.map((part) =>
      part.name === 'rules' ? { ...part, sha256, bytes: junk.length } : part,
    )
    device.store.set(sha256, junk)
    const signed = await signIndex({ ...first.index, number: 9, parts }, signer)
    const malformed = await followIndex(device.state, signed, device.held, later(1))
    assert.equal(malformed.problem, 'PART_MALFORMED')
    assert.equal(await isPart({ sha256, bytes: junk.length }, junk), true)
    assert.equal(await isPart({ sha256, bytes: junk.length }, junk.subarray(1)), false)
  })

  test('no answer keeps everything, is counted, and brings the next poll forward', async () => {
    const device = await deviceWith(first)
    const none = await followPoll(device.state, { kind: 'none' }, device.held, later(48))
    assert.equal(none.problem, 'NOT_ANSWERED')
    assert.equal(none.state.failures, 1)
    assert.equal(none.state.answeredAt, at.toISOString())
    assert.ok(nextPollMilliseconds(none.state, 0.999) < nextPollMilliseconds(device.state, 0))
    const back = await followPoll(none.state, { kind: 'unchanged' }, device.held, later(48))
    assert.equal(back.state.failures, 0)
    assert.equal(back.state.answeredAt, later(48).toISOString())
  })

  test('polls of many devices are spread over an hour around the hour', () => {
    const pauses = [0, 0.25, 0.5, 0.75, 1].map((random) =>
      nextPollMilliseconds({ failures: 0 }, random),
    )
    assert.deepEqual(
      pauses,
      [30, 45, 60, 75, 90].map((minutes) => minutes * 60_000),
    )
    assert.ok(nextPollMilliseconds({ failures: 50 }, 1) <= 90 * 60_000)
  })

  test('the anchor moves to its successor with the index that this one signed, and not back', async () => {
    const device = await deviceWith(first)
    const succession = await signSuccession(successor.anchor, at, signer)
    const next = await publish({ number: 3, by: successor.signer, successions: [succession] })
    device.keep(next.parts)
    const moved = await followIndex(device.state, next.bytes, device.held, later(1))
    assert.deepEqual(moved.state.anchor, successor.anchor)
    const back = await publish({ number: 4 })
    const refused = await followIndex(moved.state, back.bytes, device.held, later(2))
    assert.equal(refused.problem, 'INDEX_SIGNATURE')
  })

  test('a notice from paper counts at once, and until its end', async () => {
    const device = await deviceWith(first)
    const notice = await signNotice(
      {
        id: '2021-08-13/1',
        from: at.toISOString(),
        until: later(40).toISOString(),
        accepts: ['slip'],
        sites: ['75'],
        fr: 'Fiches de Paris jusqu’à dimanche midi.',
        en: 'Slips of Paris until Sunday noon.',
      },
      signer,
    )
    const { state, problem } = await followNotice(device.state, notice, at)
    assert.equal(problem, null)
    const used = await openTrustState(state, device.held)
    assert.ok(used !== null)
    const trust = await trustFrom(used.content, used.opened.index, used.opened.anchor)
    assert.deepEqual(
      trust.tolerated.map(({ id }) => id),
      ['2021-08-13/1'],
    )
    assert.equal((await followNotice(state, notice, later(40))).problem, 'NOTICE_ENDED')
    const forged = await followNotice(initialTrustState(successor.anchor), notice, at)
    assert.equal(forged.problem, 'NOTICE_SIGNATURE')
    device.keep(second.parts)
    const after = await followIndex(state, second.bytes, device.held, later(41))
    assert.deepEqual(after.state.notices, [])
  })

  test('parts of an index that was replaced are no longer needed', async () => {
    const device = await deviceWith(first)
    device.keep(second.parts)
    const { state } = await followIndex(device.state, second.bytes, device.held, later(1))
    const needed = await neededParts(state)
    const own = second.index.parts.find(({ name }) => name === 'revocations/own')
    assert.ok(own !== undefined && needed.has(own.sha256))
    assert.deepEqual(needed, new Set(second.index.parts.map(({ sha256 }) => sha256)))
  })
})

suite('how old trust is', () => {
  test('kinds age apart: after two days revocations and rules are old, keys are not, and nothing is unsafe', () => {
    const { index } = second
    assert.deepEqual(warningsOf(index, later(2)), [])
    assert.deepEqual(
      agesByKind(index, later(49)).map(({ kind, state, ageSeconds }) => [
        kind,
        state,
        ageSeconds / 3600,
      ]),
      [
        ['keys', 'fresh', 48],
        ['revocations', 'old', 48],
        ['rules', 'old', 48],
        ['notices', 'old', 48],
      ],
    )
    assert.deepEqual(warningsOf(index, later(49)), ['REVOCATIONS_OLD', 'RULES_OLD', 'NOTICES_OLD'])
  })

  test('from 72 hours on what was issued after the list is not vouched for, and after sixty days nothing is', () => {
    assert.ok(warningsOf(second.index, later(73)).includes('REVOCATIONS_UNSAFE'))
    assert.ok(!warningsOf(second.index, later(73)).includes('REVOCATIONS_OLD'))
    assert.equal(warningsOf(second.index, later(61 * 24))[0], 'INDEX_EXPIRED')
    assert.equal(warningsOf(second.index, later(-1))[0], 'INDEX_NOT_YET_VALID')
  })
})
