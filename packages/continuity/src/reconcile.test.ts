import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BookletGrant, makeBookletChainCheck } from './booklet.ts'
import {
  missingNumbers,
  provisionalDigest,
  type ReconcileDependencies,
  type ReconcileFlag,
  reconcileDecision,
  slipDecision,
} from './reconcile.ts'
import { signProvisional } from './sign-provisional.ts'
import {
  after,
  bookletWith,
  continuityKeys,
  counterKeys,
  grant,
  hours,
  minutes,
  otherCounterKeys,
  outage,
  provisionalInput,
  provisionalText,
  readable,
  signWith,
} from './testing.ts'

const first = readable(await provisionalText({ number: 1 }))
const seventh = readable(await provisionalText())
const record = {
  id: grant.id,
  siteId: grant.siteId,
  professionalId: grant.professionalId,
  withdrawnAt: null,
}
const screening = {
  id: '017b40f4-0000-7000-8000-000000000001',
  familyName: 'Le Goff',
  firstNames: 'Anne-Sophie Gwenaëlle',
  birthDate: '1983-03-12',
  testType: 'LP217198-3',
  device: '1604',
  sampledAt: after(outage, minutes(20) + 250),
  result: 'negative' as const,
}

const decide = async (changes: Partial<ReconcileDependencies> = {}) =>
  reconcileDecision({
    booklet: record,
    provisional: first,
    digest: await provisionalDigest(changes.provisional ?? first),
    chain: makeBookletChainCheck(continuityKeys),
    screening,
    siteId: grant.siteId,
    isOwnCounter: false,
    seen: [],
    accounted: new Set(),
    receivedAt: after(outage, hours(9)),
    ...changes,
  })

const refuses = async (code: string, changes: Partial<ReconcileDependencies>) =>
  assert.deepEqual(await decide(changes), { decision: 'refuse', code })

const flags = async (flags: readonly ReconcileFlag[], changes: Partial<ReconcileDependencies>) => {
  const provisional = changes.provisional ?? first
  const digest = await provisionalDigest(provisional)
  assert.deepEqual(await decide(changes), { decision: 'accept-and-flag', digest, flags })
}

test('a provisional certificate in order is accepted', async () => {
  const digest = await provisionalDigest(first)
  assert.deepEqual(await decide(), { decision: 'accept', digest })
})

test('the same one again is answered as before, also under another id', async () => {
  const digest = await provisionalDigest(first)
  const seen = [{ number: 1, digest, screeningId: screening.id }]
  const again = { decision: 'again', digest }
  assert.deepEqual(await decide({ seen }), again)
  assert.deepEqual(await decide({ seen, screening: { ...screening, id: 'other' } }), again)
})

test('a signature turned over is the same certificate', async () => {
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const { cose } = first
  const s = BigInt(
    `0x${[...cose.signature.slice(32)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
  )
  const turned = (n - s).toString(16).padStart(64, '0')
  const signature = new Uint8Array(cose.signature)
  for (let index = 0; index < 32; index++) {
    signature[32 + index] = Number.parseInt(turned.slice(2 * index, 2 * index + 2), 16)
  }
  const provisional = { ...first, cose: { ...cose, signature } }
  const seen = [{ number: 1, digest: await provisionalDigest(first), screeningId: screening.id }]
  assert.equal((await decide({ provisional, seen })).decision, 'again')
})

test('a gap, until the missing numbers came in or were said to be wasted: NUMBER_GAP', async () => {
  const provisional = seventh
  await flags(['NUMBER_GAP'], { provisional, accounted: new Set([1, 2, 3, 5, 6]) })
  const accounted = new Set([1, 2, 3, 4, 5, 6])
  assert.equal((await decide({ provisional, accounted })).decision, 'accept')
  assert.deepEqual(missingNumbers(5, new Set([1, 3])), [2, 4])
})

test('another certificate under the same number is accepted and flagged: NUMBER_DUPLICATE', async () => {
  const seen = [{ number: 1, digest: '00', screeningId: 'other' }]
  await flags(['NUMBER_DUPLICATE'], { seen })
})

test('a larger number than the booklet allows: NUMBER_TOO_HIGH', async () => {
  const accounted = new Set(Array.from({ length: 50 }, (_, index) => index + 1))
  const provisional = { ...first, number: 51 }
  await flags(['NUMBER_TOO_HIGH'], { provisional, accounted })
})

test('signed outside its time, or by a clock that is ahead: ISSUE_TIME, ISSUED_IN_FUTURE', async () => {
  const late = { ...first, issuedAt: after(grant.expiresAt, hours(1)) }
  const receivedAt = after(grant.expiresAt, hours(2))
  await flags(['ISSUE_TIME'], { provisional: late, receivedAt })
  await flags(['ISSUED_IN_FUTURE'], { receivedAt: outage })
})

test('received three days after the booklet’s end: RECEIVED_LATE', async () => {
  await flags(['RECEIVED_LATE'], { receivedAt: after(grant.expiresAt, hours(72) + 1) })
})

test('a booklet withdrawn: flagged when signed before, refused when signed after', async () => {
  const { issuedAt } = first
  const withdrawn = (withdrawnAt: Date) => ({ booklet: { ...record, withdrawnAt } })
  await flags(['BOOKLET_WITHDRAWN_SINCE'], withdrawn(after(issuedAt, 1)))
  await refuses('BOOKLET_WITHDRAWN', withdrawn(issuedAt))
})

const otherPersons = [{ familyName: 'Martin' }, { firstNames: 'Anne' }, { birthDate: '1983-03-13' }]
const otherTests = [
  { result: 'positive' as const },
  { result: 'inconclusive' as const },
  { result: null },
  { sampledAt: outage },
  { testType: 'LP6464-4' },
  { device: '1232' },
  { device: null },
]
const differing = [
  ...otherPersons.map((changes) => ['PERSON_DIFFERS', changes] as const),
  ...otherTests.map((changes) => ['TEST_DIFFERS', changes] as const),
]

test('another person or test than was signed claims nothing of the document, before it and after', async () => {
  const digest = await provisionalDigest(first)
  for (const seen of [[], [{ number: 1, digest, screeningId: screening.id }]]) {
    for (const [flag, changes] of differing) {
      const other = { ...screening, ...changes }
      assert.deepEqual(await decide({ seen, screening: other }), {
        decision: 'apart',
        flags: [flag],
      })
    }
  }
})

test('from the booklet’s own counter it is a correction, unless the document is another screening’s by then', async () => {
  const digest = await provisionalDigest(first)
  for (const [flag, changes] of differing) {
    const corrected = { screening: { ...screening, ...changes }, isOwnCounter: true }
    await flags([flag], corrected)
    const seen = [{ number: 1, digest, screeningId: 'other' }]
    assert.deepEqual(await decide({ ...corrected, seen }), { decision: 'apart', flags: [flag] })
  }
})

test('what no counter of ours had the right to sign is refused, each with its code', async () => {
  await refuses('BOOKLET_KEY_UNKNOWN', { chain: makeBookletChainCheck([]) })
  await refuses('BOOKLET_UNKNOWN', { booklet: null })
  await refuses('BOOKLET_OTHER_SITE', { siteId: '2A0000014' })
  const ended = continuityKeys.map((key) => ({ ...key, notAfter: after(outage, -hours(9)) }))
  await refuses('BOOKLET_KEY_NOT_VALID', { chain: makeBookletChainCheck(ended) })
  const other = continuityKeys.map((key) => ({ ...key, publicKey: otherCounterKeys.publicKey }))
  await refuses('BOOKLET_SIGNATURE', { chain: makeBookletChainCheck(other) })
  const { cose } = first
  const tampered = { ...first, cose: { ...cose, signature: cose.signature.with(9, 0).with(10, 0) } }
  await refuses('PROVISIONAL_SIGNATURE', { provisional: tampered })
  await refuses('PROVISIONAL_OTHER_DEVICE', {
    provisional: { ...first, counterKeyId: new Uint8Array(8) },
  })
  const pcr: Partial<BookletGrant> = { testTypes: ['LP6464-4'] }
  const provisional = { ...first, booklet: { ...first.booklet, ...pcr } }
  await refuses('PROVISIONAL_KIND', { provisional })
})

test('in any order and however often: each is accepted once, then answered again', async () => {
  const booklet = await bookletWith()
  const input = await provisionalInput({ booklet })
  const sign = signWith(counterKeys)
  const texts = [1, 2, 3].map((number) => signProvisional({ ...input, number }, sign))
  const provisionals = (await Promise.all(texts)).map(readable)
  const seen = new Map<number, { number: number; digest: string; screeningId: string }>()
  const decisions: string[] = []
  for (const index of [2, 0, 2, 1, 1, 0]) {
    const provisional = provisionals[index]
    assert.ok(provisional)
    const { number } = provisional
    const known = seen.get(number)
    const accounted = new Set([1, 2, 3])
    const decided = await decide({
      provisional,
      seen: known ? [known] : [],
      accounted,
      screening: { ...screening, id: `screening${number}` },
    })
    decisions.push(decided.decision)
    if (decided.decision === 'accept') {
      seen.set(number, { number, digest: decided.digest, screeningId: `screening${number}` })
    }
  }
  assert.deepEqual(decisions, ['accept', 'accept', 'again', 'accept', 'again', 'again'])
})

const slip = {
  serial: '',
  siteId: grant.siteId,
  expiresAt: after(outage, hours(1)),
  isCancelled: false,
  screeningId: null,
}
const typed = { id: 'one', siteId: grant.siteId, sampledAt: outage }

test('a slip is typed once: SLIP_UNKNOWN, SLIP_OTHER_SITE, SLIP_USED', () => {
  assert.deepEqual(slipDecision(slip, typed), { decision: 'accept' })
  assert.deepEqual(slipDecision({ ...slip, screeningId: 'one' }, typed), { decision: 'again' })
  const refuse = (code: string) => ({ decision: 'refuse', code })
  assert.deepEqual(slipDecision(null, typed), refuse('SLIP_UNKNOWN'))
  assert.deepEqual(slipDecision({ ...slip, siteId: 'x' }, typed), refuse('SLIP_OTHER_SITE'))
  assert.deepEqual(slipDecision({ ...slip, screeningId: 'two' }, typed), refuse('SLIP_USED'))
})

test('a slip cancelled or filled in after its end still serves its person, and is flagged', () => {
  const late = { ...typed, sampledAt: after(outage, hours(2)) }
  assert.deepEqual(slipDecision({ ...slip, isCancelled: true }, late), {
    decision: 'accept-and-flag',
    flags: ['SLIP_CANCELLED', 'SLIP_FILLED_LATE'],
  })
})
