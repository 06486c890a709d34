import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Row } from '../lists/rows.ts'
import { sampleEntry, sampleHeld } from '../testing.ts'
import { consequencesOf } from './consequences.ts'

const now = new Date('2026-11-23T14:10:00Z')
const certificate = { hcert: null, twoddoc: 'DC04', uvci: '', retrieval: '' }
const row = (changes: Partial<Row> = {}): Row => ({
  ...sampleEntry('1'),
  state: 'final',
  result: 'negative',
  certificate,
  held: null,
  amendment: null,
  ...changes,
})
const said = (
  of: Row,
  changes: Partial<Parameters<typeof consequencesOf>[1]> = {},
): readonly string[] =>
  consequencesOf(of, {
    act: 'correct',
    contact: '+33 •••• 78',
    isPortalAtHand: true,
    result: of.result,
    now,
    timeZone: 'Europe/Paris',
    ...changes,
  }).map((consequence) =>
    'number' in consequence ? `${consequence.key} ${consequence.number}` : consequence.key,
  )

describe('what is said before a correction', () => {
  it('names the certificate that ends, and the person who is told', () => {
    assert.deepEqual(said(row()), ['oldRefused 1', 'toldAt', 'kept'])
    const change = { kind: 'corrected', version: 4, at: '', reason: 'name' } as const
    assert.deepEqual(said(row({ change }), { contact: null }), ['oldRefused 4', 'notTold', 'kept'])
  })
  it('does not promise a certificate that an inconclusive result, or a positive of long ago, has not', () => {
    assert.deepEqual(said(row(), { result: 'inconclusive' })[0], 'oldRefusedNoNew 1')
    const late = { result: 'positive' as const, now: new Date('2026-11-26T14:00:00Z') }
    assert.deepEqual(said(row(), late).slice(0, 2), ['oldRefusedNoNew 1', 'confirmation'])
    const none = row({ result: 'inconclusive', certificate: null })
    assert.deepEqual(said(none).slice(0, 1), ['noCertificate'])
    assert.deepEqual(said(none, { result: 'negative' }).slice(0, 2), ['noCertificate', 'newOne 2'])
  })
  it('of what only this device has says that nothing left, and of a provisional certificate what the paper says meanwhile', () => {
    const held = sampleHeld('1', 'negative')
    const unsent = row({ state: 'to-send', certificate: null, held })
    assert.deepEqual(said(unsent), ['here'])
    assert.deepEqual(said(unsent, { act: 'withdraw' }), ['hereGone'])
    const sent = { ...held, mayBeKnown: true }
    assert.deepEqual(said(row({ state: 'to-send', certificate: null, held: sent })), [
      'follows',
      'toldAt',
      'kept',
    ])
    const document = { bookletId: '', number: 1, issuedAt: 0, takenAt: 0, text: 'FC1:', tab: '' }
    const signed = { ...held, document }
    const provisional = row({ state: 'provisional', certificate: null, held: signed })
    assert.deepEqual(said(provisional, { isPortalAtHand: false }), [
      'provisionalStays',
      'provisionalNow',
      'follows',
      'toldAt',
      'offline',
      'kept',
    ])
  })
  it('says that a certificate of recovery ends too, from the first day on which one may have been issued', () => {
    const sampledAt = '2026-11-12T23:30:00Z'
    const positive = row({ result: 'positive', sampledAt })
    // In Paris it was the 13th already: the first day is the 24th.
    const eve = { now: new Date('2026-11-23T22:30:00Z') }
    const first = { now: new Date('2026-11-23T23:30:00Z') }
    assert.ok(!said(positive, eve).includes('recoveryAgain'))
    assert.deepEqual(said(positive, first)[1], 'recoveryAgain')
    assert.deepEqual(said(positive, { ...first, result: 'negative' })[1], 'recovery')
    assert.deepEqual(said(positive, { ...first, act: 'withdraw' })[1], 'recovery')
    // Neither a negative test nor one without a certificate proves any.
    assert.ok(!said(row({ sampledAt }), first).includes('recoveryAgain'))
    const uncertified = row({ result: 'positive', sampledAt, certificate: null })
    assert.ok(!said(uncertified, first).includes('recoveryAgain'))
  })
  it('of somebody without a result says that there is no certificate yet, and tells nobody', () => {
    const waiting = row({ state: 'waiting', result: null, certificate: null })
    assert.deepEqual(said(waiting), ['notRead', 'kept'])
  })
})
