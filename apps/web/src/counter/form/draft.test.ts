import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseInsDataMatrix } from '@sidep/identifiers'
import {
  type Draft,
  type DraftAction,
  draftReducer,
  isTouched,
  newDraft,
  parseDraft,
  pastMax,
} from './draft.ts'
import { draftOfInput } from './draft-of-input.ts'
import { looksLikeIns } from './keys.ts'
import { type FormContext, faultOf, faultsOnFields, firstFault, validateDraft } from './validate.ts'

const id = '0193590a-0000-7000-8000-000000000001'
const now = new Date(2026, 10, 23, 14, 32)
const play = (...actions: DraftAction[]): Draft =>
  actions.reduce(draftReducer, newDraft(id, '1232'))
const change = (patch: Partial<Draft['fields']>): DraftAction => ({ type: 'change', patch })
const checkpoint: DraftAction = { type: 'checkpoint' }
const undo: DraftAction = { type: 'undo' }

const gs = '\u001d'
const insText = `IS01${'0'.repeat(22)}S1269054958815780${''}S21.2.250.1.213.1.4.10S3CORINNE ANNE${gs}S4LE GOFF${gs}S5FS614-05-1969S763220`

const filled = change({
  familyName: 'Dupont',
  firstNames: 'Camille',
  birthDate: '03041980',
  sex: 'F',
})

describe('a draft', () => {
  it('keeps its id whatever happens to it', () =>
    assert.equal(play(filled, { type: 'clear', device: '' }, undo, change({ sex: 'M' })).id, id))
  it('returns to what a field held when it was entered, again and again', () => {
    const typed = play(checkpoint, change({ familyName: 'Dup' }), undo)
    assert.equal(typed.fields.familyName, '')
    const again = [change({ familyName: 'Mar' }), undo].reduce(draftReducer, typed)
    assert.equal(again.fields.familyName, '')
  })
  it('comes back after clearing', () =>
    assert.equal(play(filled, { type: 'clear', device: '' }, undo).fields.familyName, 'Dupont'))
  it('undoes nothing when there is nothing to undo', () => {
    const draft = play()
    assert.equal(draftReducer(draft, undo), draft)
  })
  it(`remembers at most ${pastMax} checkpoints`, () => {
    const actions = Array.from({ length: 100 }, (_, index) => [
      change({ familyName: `A${index}` }),
      checkpoint,
    ]).flat()
    assert.equal(play(...actions).past.length, pastMax)
  })
  it('keeps the INS only while the identity is the one that came with it', () => {
    const identity = parseInsDataMatrix(insText)
    if (!identity.ok) return assert.fail(identity.code)
    const scanned = play(change({ contact: '06' }), { type: 'scan', identity: identity.value })
    assert.deepEqual(
      [
        scanned.fields.familyName,
        scanned.fields.birthDate,
        scanned.fields.sex,
        scanned.fields.contact,
      ],
      ['LE GOFF', '14/05/1969', 'F', '06'],
    )
    assert.equal(scanned.fields.ins, '269054958815780')
    assert.equal(draftReducer(scanned, change({ contact: '07' })).fields.ins, '269054958815780')
    assert.equal(draftReducer(scanned, change({ firstNames: 'ANNE' })).fields.ins, '')
    assert.equal(draftReducer(scanned, undo).fields.familyName, '')
  })
  it('is worth asking about only when a person was typed', () => {
    assert.equal(isTouched(play(change({ device: '1341' }))), false)
    assert.equal(isTouched(play(change({ contact: '06' }))), true)
  })
  it('comes back from storage, and falls back to empty where a value is not one', () => {
    const draft = play(filled)
    assert.deepEqual(parseDraft(JSON.parse(JSON.stringify(draft)))?.fields, draft.fields)
    assert.equal(parseDraft({ id, fields: { sex: 'X', familyName: 3 } })?.fields.sex, '')
    assert.equal(parseDraft('draft'), undefined)
    assert.equal(parseDraft(null), undefined)
  })
})

const formContext: FormContext = {
  now,
  timeZone: 'Europe/Paris',
  kind: 'antigen',
  catalogue: null,
}

describe('the request of a draft', () => {
  const context = { ...formContext, id }
  it('is made of what was typed, sampled now unless said otherwise', () => {
    const validated = validateDraft(
      {
        ...play(filled).fields,
        contact: ' camille@exemple.fr ',
        symptoms: 'present',
        onset: '20112026',
      },
      context,
      { result: 'negative' },
    )
    if (!validated.ok) return assert.fail(JSON.stringify(validated.faults))
    const { input } = validated
    assert.equal(input.person.birthDate, '1980-04-03')
    assert.deepEqual(input.person.contact, { email: 'camille@exemple.fr', language: 'fr' })
    assert.equal(Date.parse(input.sampledAt), now.getTime())
    assert.equal(input.result, 'negative')
    assert.deepEqual(input.symptoms, { presence: 'present', onset: '2026-11-20' })
    assert.equal('ins' in input.person || 'catchUp' in input, false)
  })
  it('can be loaded into the form again and gives the same request', () => {
    const fields = {
      ...play(filled).fields,
      sampledAt: '14:10',
      contact: '0612345678',
      reason: 'pass' as const,
    }
    const first = validateDraft(fields, context)
    if (!first.ok) return assert.fail()
    const second = validateDraft(
      draftOfInput(first.input, id, now, formContext.timeZone).fields,
      context,
    )
    assert.deepEqual(second, first)
  })
  it('lists every fault, the first on the screen first', () => {
    const validated = validateDraft(
      { ...play().fields, device: 'other', contact: 'camille', sampledAt: 'tantôt' },
      context,
    )
    assert.deepEqual(validated, {
      ok: false,
      faults: {
        familyName: 'REQUIRED',
        firstNames: 'REQUIRED',
        birthDate: 'REQUIRED',
        sex: 'REQUIRED',
        contact: 'CONTACT_UNREADABLE',
        deviceName: 'DEVICE_NAME_REQUIRED',
        sampledAt: 'TIME_UNREADABLE',
      },
    })
    assert.equal(validated.ok ? '' : firstFault(validated.faults), 'familyName')
  })
  for (const [name, value, fault] of [
    ['familyName', 'Dupont😀', 'NAME_CHARACTERS'],
    ['birthDate', '01012030', 'BIRTH_DATE_IN_FUTURE'],
    ['contact', '06 12', 'PHONE_INVALID'],
    ['contact', '08 99 12 34 56', 'PHONE_PREMIUM'],
    ['contact', 'a@b', 'EMAIL_INVALID'],
    ['sampledAt', '18/11/2026 14:00', 'SAMPLED_TOO_OLD'],
    ['sampledAt', '24/11/2026 14:00', 'SAMPLED_IN_FUTURE'],
    ['postalCode', '7500', 'MALFORMED'],
  ] as const)
    it(`says ${fault} of ${name} ${JSON.stringify(value)}`, () =>
      assert.equal(faultOf(name, { ...play(filled).fields, [name]: value }, formContext), fault))
  it('is of the site’s own numbering plan, in the Pacific as well', () => {
    const fields = { ...play(filled).fields, contact: '75 12 34' }
    const validated = validateDraft(fields, { ...formContext, id, timeZone: 'Pacific/Noumea' })
    assert.equal(validated.ok && validated.input.person.contact?.phone, '+687751234')
    assert.equal(faultOf('contact', fields, formContext), 'PHONE_INVALID')
  })
  it('may be old when it is said to be a catch-up', () =>
    assert.equal(
      faultOf(
        'sampledAt',
        { ...play(filled).fields, sampledAt: '18/11/2026 14:00', catchUp: true },
        formContext,
      ),
      undefined,
    ))
})

describe('people whom registers know little of', () => {
  const fields = play(filled).fields
  const personOf = (patch: Partial<Draft['fields']>) => {
    const validated = validateDraft({ ...fields, ...patch }, { ...formContext, id })
    return validated.ok ? validated.input.person : validated.faults
  }
  it('may have one name, once that is said', () => {
    const names = { familyName: 'Suharto', firstNames: '' }
    assert.deepEqual(personOf(names), { firstNames: 'REQUIRED' })
    const expected = { ...names, birthDate: '1980-04-03', sex: 'F' }
    assert.deepEqual(personOf({ ...names, firstNames: '-' }), expected)
    assert.deepEqual(personOf({ familyName: 'sans nom', firstNames: 'Suharto' }), expected)
  })
  it('may be born in a month, or a year, of which no more is known', () => {
    for (const [typed, birthDate] of [
      ['1958', '1958'],
      ['06/1958', '1958-06'],
      ['00/00/1958', '1958'],
      ['00/06/1958', '1958-06'],
    ] as const) {
      assert.deepEqual(
        personOf({ birthDate: typed }),
        { familyName: 'Dupont', firstNames: 'Camille', birthDate, sex: 'F' },
        typed,
      )
    }
  })
  it('are loaded into the form again as they were typed', () => {
    const validated = validateDraft(
      { ...fields, familyName: 'Suharto', firstNames: '-', birthDate: '06/1958' },
      { ...formContext, id },
    )
    if (!validated.ok) return assert.fail()
    const again = draftOfInput(validated.input, id, now, formContext.timeZone).fields
    assert.equal(again.firstNames, '-')
    assert.equal(again.birthDate, '06/1958')
  })
})

describe('what passes the form', () => {
  const fields = play(filled).fields
  it('is in its one writing already', () => {
    const validated = validateDraft(
      {
        ...fields,
        familyName: ' \u202aLe\u200b  Goff\u202c',
        contact: 'tel:692123456 ; mailto:camille@exemple.fr;',
      },
      { ...formContext, id },
    )
    if (!validated.ok) return assert.fail(JSON.stringify(validated.faults))
    assert.equal(validated.input.person.familyName, 'Le Goff')
    assert.deepEqual(validated.input.person.contact, {
      phone: '+262692123456',
      email: 'camille@exemple.fr',
      language: 'fr',
    })
  })
  it('is no birth year that the gate refuses', () => {
    for (const year of [1896, 1899]) {
      const fault = faultOf('birthDate', { ...fields, birthDate: `0101${year}` }, formContext)
      assert.equal(fault, 'BIRTH_DATE_TOO_OLD')
    }
  })
  it('is no result read before the sample of a clock a little ahead', () => {
    const validated = validateDraft(
      { ...fields, sampledAt: '15:36' },
      { ...formContext, now: new Date('2026-11-23T14:32:00Z'), id },
      { result: 'negative' },
    )
    if (!validated.ok) return assert.fail(JSON.stringify(validated.faults))
    assert.equal(validated.input.resultAt, '2026-11-23T15:36:00+01:00')
  })
  it('is no time of tomorrow: yesterday is asked for', () => {
    const morning = { ...formContext, now: new Date('2026-11-23T08:00:00Z') }
    assert.equal(faultOf('sampledAt', { ...fields, sampledAt: '23:59' }, morning), 'TIME_YESTERDAY')
    const confirmed = { ...fields, sampledAt: '22/11/2026 23:59' }
    assert.equal(faultOf('sampledAt', confirmed, morning), undefined)
  })
  it('is on the clock of the site, wherever the computer is set to', () => {
    const validated = validateDraft(
      { ...fields, sampledAt: '09:26' },
      { ...formContext, timeZone: 'Indian/Reunion', now: new Date('2026-11-23T05:30:00Z'), id },
    )
    if (!validated.ok) return assert.fail(JSON.stringify(validated.faults))
    assert.equal(validated.input.sampledAt, '2026-11-23T09:26:00+04:00')
  })
})

describe("the server's faults", () => {
  it('land on their fields; those without a field come apart', () =>
    assert.deepEqual(
      faultsOnFields([
        { pointer: '/person/birthDate', code: 'BIRTH_DATE_NOT_REAL' },
        { pointer: '/person/contact/phone', code: 'PHONE_INVALID' },
        { pointer: '/person/contact', code: 'REQUIRED' },
        { pointer: '/deviceName', code: 'TOO_LONG' },
        { pointer: '/kind', code: 'KIND_NOT_PERMITTED' },
      ]),
      {
        fields: {
          birthDate: 'BIRTH_DATE_NOT_REAL',
          contact: 'PHONE_INVALID',
          deviceName: 'TOO_LONG',
        },
        elsewhere: [{ pointer: '/kind', code: 'KIND_NOT_PERMITTED' }],
      },
    ))
})

describe('a scanned text', () => {
  it('is taken for an INS with or without the prefix of the scanner', () => {
    assert.equal(looksLikeIns(insText), true)
    assert.equal(looksLikeIns(`]d1${insText}`), true)
    assert.equal(looksLikeIns('Isnard'), false)
  })
})
