import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkHistory, type ViolationCode } from './check-history.ts'
import type { Act, History, StoredScreening } from './history.ts'
import { makeCleanHistory } from './history-testing.ts'

const leeway = 60_000

/** A screening recorded, one registered with its result, one put right twice; all acknowledged, all at one site. */
const clean = (): History =>
  makeCleanHistory([
    { site: 1, shape: 'record', corrections: 0, lostAnswers: 1, end: 'acknowledged' },
    { site: 1, shape: 'register', corrections: 0, lostAnswers: 0, end: 'acknowledged' },
    { site: 1, shape: 'record', corrections: 2, lostAnswers: 0, end: 'acknowledged' },
  ])

const codesOf = (history: History): ViolationCode[] =>
  checkHistory(history, leeway).violations.map(({ code }) => code)

const withStored = (
  place: number,
  change: (stored: StoredScreening) => Partial<StoredScreening>,
): History => {
  const history = clean()
  return {
    ...history,
    stored: history.stored.map((one, index) =>
      index === place ? { ...one, ...change(one) } : one,
    ),
  }
}

const withAct = (place: number, change: (act: Act) => Partial<Act>): History => {
  const history = clean()
  return {
    ...history,
    acts: history.acts.map((act, index) => (index === place ? { ...act, ...change(act) } : act)),
  }
}

test('a clean history has no violation, and all its acts were acknowledged', () => {
  assert.deepEqual(checkHistory(clean(), leeway), { acknowledged: 6, violations: [] })
})

test('an acknowledged screening that is missing is lost', () => {
  const history = clean()
  const broken = { ...history, stored: history.stored.slice(1) }
  assert.deepEqual(checkHistory(broken, leeway).violations, [
    { code: 'LOST', siteId: 'site-1', screeningId: 'screening-0' },
  ])
})

test('one that was never acknowledged may be missing', () => {
  const history = withAct(0, (act) => ({ attempts: act.attempts.slice(0, 1) }))
  assert.deepEqual(codesOf({ ...history, stored: history.stored.slice(1) }), [])
})

test('an acknowledged result whose screening still waits is lost', () => {
  const broken = withStored(1, () => ({ isFinal: false, certificates: [] }))
  assert.deepEqual(codesOf(broken), ['LOST'])
})

test('an acknowledged correction that is missing is lost, though another one is there', () => {
  const broken = withStored(2, ({ corrections }) => ({
    corrections: ['somebody-elses', ...corrections.slice(1)],
  }))
  assert.deepEqual(codesOf(broken), ['LOST', 'INVENTED'])
})

test('a screening that is there twice is duplicated', () => {
  assert.deepEqual(codesOf(withStored(0, () => ({ rows: 2 }))), ['DUPLICATED'])
})

test('two certificates of one request are a duplicate', () => {
  const broken = withStored(0, ({ certificates }) => ({
    certificates: [...certificates, { number: 2, issuedAt: certificates[0]?.issuedAt ?? 0 }],
  }))
  assert.deepEqual(codesOf(broken), ['DUPLICATED'])
})

test('an act that is in the audit chain twice is duplicated', () => {
  const broken = withStored(0, ({ audit }) => ({ audit: [...audit, ...audit] }))
  assert.deepEqual(codesOf(broken), ['DUPLICATED'])
})

test('what nobody sent is invented', () => {
  const history = clean()
  assert.deepEqual(codesOf({ ...history, acts: history.acts.slice(1) }), ['INVENTED'])
})

test('another body than was sent is told', () => {
  assert.deepEqual(codesOf(withStored(0, () => ({ body: 'another' }))), ['BODY_CHANGED'])
})

test('the body of before an acknowledged correction is told', () => {
  assert.deepEqual(codesOf(withStored(2, () => ({ body: 'body-2-0' }))), ['BODY_CHANGED'])
})

test('another body that was taken under an id is told, one that was refused is not', () => {
  const history = clean()
  const [act] = history.acts
  assert.ok(act)
  const taken = { act, outcome: { kind: 'acknowledged', answer: 'yes' } } as const
  const refused = { act, outcome: { kind: 'refused', code: 'SCREENING_ID_REUSED' } } as const
  assert.deepEqual(codesOf({ ...history, otherBodies: [taken] }), ['OTHER_BODY_TAKEN'])
  assert.deepEqual(codesOf({ ...history, otherBodies: [refused] }), [])
})

test('a repeated request that is answered differently is told', () => {
  const again = { invokedAt: 9e6, endedAt: 9e6 + 5 }
  const broken = withAct(0, ({ attempts }) => ({
    attempts: [...attempts, { ...again, outcome: { kind: 'acknowledged', answer: 'another' } }],
  }))
  assert.deepEqual(codesOf(broken), ['ANSWER_CHANGED'])
})

test('an answer that differs because the screening was put right meanwhile is no fault', () => {
  const again = { invokedAt: 9e6, endedAt: 9e6 + 5 }
  const history = withAct(3, ({ attempts }) => ({
    attempts: [...attempts, { ...again, outcome: { kind: 'acknowledged', answer: 'corrected' } }],
  }))
  assert.deepEqual(codesOf(history), [])
})

test('a result that stands in the chain before its screening is told', () => {
  const broken = withStored(1, ({ audit: [registered, result] }) => ({
    audit: [
      { act: registered?.act ?? '', sequence: result?.sequence ?? 0 },
      { act: result?.act ?? '', sequence: registered?.sequence ?? 0 },
    ],
  }))
  assert.deepEqual(codesOf(broken), ['ACT_BEFORE_ITS_SCREENING', 'ORDER_REVERSED'])
})

test('a certificate number that goes back is told', () => {
  const broken = withStored(2, ({ certificates }) => ({ certificates: certificates.toReversed() }))
  assert.deepEqual(codesOf(broken), ['CERTIFICATE_BACKWARDS'])
})

test('what was acknowledged before another began, and stands after it in the chain, is told', () => {
  const history = clean()
  const [first, second, ...others] = history.stored
  assert.ok(first && second)
  const broken = {
    ...history,
    stored: [{ ...first, audit: [{ act: 'screening.recorded', sequence: 99 }] }, second, ...others],
  }
  assert.deepEqual(codesOf(broken), ['ORDER_REVERSED'])
})

test('a certificate of ten minutes before anybody asked is told, one of within the leeway is not', () => {
  const issued = (minutes: number): History =>
    withStored(0, ({ certificates }) => ({
      certificates: certificates.map(({ number, issuedAt }) => ({
        number,
        issuedAt: issuedAt - minutes * 60_000,
      })),
    }))
  assert.deepEqual(codesOf(issued(10)), ['WRONG_TIME'])
  assert.deepEqual(codesOf(issued(0.5)), [])
})

test('a broken chain is told by its site', () => {
  const broken = { ...clean(), chains: [{ siteId: 'site-1', isWhole: false }] }
  assert.deepEqual(checkHistory(broken, leeway).violations, [
    { code: 'CHAIN_BROKEN', siteId: 'site-1', screeningId: null },
  ])
})
