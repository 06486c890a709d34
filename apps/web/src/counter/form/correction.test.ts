import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleInput } from '../testing.ts'
import { correctedInput, correctionDraft, differences, reasonOf } from './correction.ts'
import type { DraftFields } from './draft.ts'
import { validateDraft } from './validate.ts'

const timeZone = 'Europe/Paris'
const judgedAt = new Date('2026-11-23T14:10:00+01:00')
const now = new Date('2026-12-20T09:00:00+01:00')
const contact = { phone: '+33612345678', language: 'en' as const }
const sample = sampleInput('0193590a-0000-7000-8000-000000000001')
const original = {
  ...sample,
  person: { ...sample.person, contact, ins: '269054958815780' },
  sampledAt: '2026-11-23T14:00:37+01:00',
  result: 'negative' as const,
}

/** As the form makes it of what was typed over what was entered. */
const corrected = (
  patch: Partial<DraftFields>,
  { isContactShown = true, result = 'negative' as 'negative' | 'positive' } = {},
) => {
  const { contact: _, ...unreached } = original.person
  const input = isContactShown ? original : { ...original, person: unreached }
  const { fields: before, id } = correctionDraft(input, now, timeZone)
  const fields = { ...before, ...patch }
  const context = { id, now, judgedAt, timeZone, kind: 'antigen', catalogue: null }
  const validated = validateDraft(fields, context)
  assert.ok(validated.ok, JSON.stringify(validated))
  const correctable = { input, isContactShown }
  const made = correctedInput(correctable, before, { fields, input: validated.input }, result)
  return { made, parts: differences(correctable, made) }
}

describe('a correction', () => {
  it('of weeks later is not too old by being made, and leaves what was not touched as it was, to the second', () => {
    const { made, parts } = corrected({})
    assert.equal(made.sampledAt, original.sampledAt)
    assert.deepEqual(made.person, original.person)
    assert.deepEqual(parts, [])
  })
  it('says which parts it changes; the first of them is what was wrong', () => {
    const { made, parts } = corrected(
      { familyName: 'Dupond', sampledAt: '23/11/2026 14:05' },
      { result: 'positive' },
    )
    assert.deepEqual(parts, ['familyName', 'sampledAt', 'result'])
    assert.equal(reasonOf(parts), 'name')
    assert.equal(Date.parse(made.sampledAt), Date.parse('2026-11-23T14:05:00+01:00'))
  })
  it('of the identity drops the INS that another identity had', () => {
    assert.equal(corrected({ familyName: 'Dupond', ins: '' }).made.person.ins, undefined)
  })
  it('takes the way to reach somebody away where it was shown, and leaves it where it was not', () => {
    const away = corrected({ contact: '' })
    assert.deepEqual([away.made.person.contact, away.parts], [{}, ['contact']])
    const left = corrected({}, { isContactShown: false })
    assert.deepEqual([left.made.person.contact, left.parts], [undefined, []])
    const other = corrected({ contact: '0698765432' }, { isContactShown: false })
    assert.deepEqual([other.made.person.contact?.phone, other.parts], ['+33698765432', ['contact']])
  })
  it('of the time keeps a result from being read before its sample', () => {
    const read = { ...original, resultAt: '2026-11-23T14:02:00+01:00' }
    const { fields: before, id } = correctionDraft(read, now, timeZone)
    const fields = { ...before, sampledAt: '23/11/2026 14:05' }
    const context = { id, now, judgedAt, timeZone, kind: 'antigen', catalogue: null }
    const validated = validateDraft(fields, context)
    assert.ok(validated.ok)
    const typed = { fields, input: validated.input }
    const made = correctedInput({ input: read, isContactShown: true }, before, typed, 'negative')
    assert.equal(made.resultAt, made.sampledAt)
  })
})
