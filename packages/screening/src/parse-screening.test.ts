import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogueTables } from './catalogue.ts'
import { parseScreening } from './parse-screening.ts'

const kind = {
  code: 'antigen',
  dccTestType: 'LP217198-3',
  loinc: '945584',
  label: { fr: '', en: '' },
  atCounter: true,
  minutesToResult: 15,
}
const device = {
  id: '9999',
  maker: 'Ancien',
  name: 'Retiré',
  validFrom: '2021-01-01',
  validUntil: '2021-08-12',
}
const disease = { code: '840539006', label: { fr: '', en: '' } }
const catalogue = catalogueTables({ kinds: [kind], diseases: [disease], devices: [device] })
const at = new Date('2021-08-13T15:30:00+02:00')
const limits = { catchUpDaysMax: 92 }
const input = (sampledAt: string) => ({
  id: '017b3f6a-0000-7000-8000-000000000001',
  person: { familyName: 'Martin', firstNames: 'Zoé', birthDate: '2021-08-12', sex: 'F' },
  kind: 'antigen',
  device: '9999',
  sampledAt,
})

test('a device is judged by the day of the sample, not by today', () => {
  assert.ok(parseScreening(input('2021-08-12T18:00:00+02:00'), catalogue, limits, at).ok)
  const late = parseScreening(input('2021-08-13T09:00:00+02:00'), catalogue, limits, at)
  assert.ok(!late.ok)
  assert.deepEqual(late.faults, [{ pointer: '/device', code: 'DEVICE_NOT_VALID_THEN' }])
})

test('a sample from before birth is refused with SAMPLED_BEFORE_BIRTH', () => {
  const parsed = parseScreening(input('2021-08-11T18:00:00+02:00'), catalogue, limits, at)
  assert.ok(!parsed.ok)
  assert.deepEqual(parsed.faults, [{ pointer: '/sampledAt', code: 'SAMPLED_BEFORE_BIRTH' }])
})

test('what was sound once may be a replay; what has no shape cannot', () => {
  const later = new Date('2021-08-20T12:00:00Z')
  const sound = input('2021-08-12T18:00:00+02:00')
  const old = parseScreening(sound, catalogue, limits, later)
  assert.ok(!old.ok && old.replayable?.id === sound.id)
  const shapeless = parseScreening({ ...sound, device: 7 }, catalogue, limits, later)
  assert.ok(!shapeless.ok && shapeless.replayable === null)
})

const faultsOf = (sent: unknown, now = at) => {
  const parsed = parseScreening(sent, catalogue, limits, now)
  return parsed.ok ? [] : parsed.faults
}
const sound = input('2021-08-12T18:00:00+02:00')
const withPerson = (changes: Readonly<Record<string, unknown>>) => ({
  ...sound,
  person: { ...sound.person, ...changes },
})

test('somebody of one name, and of whose birth only the year or month is known, is entered', () => {
  for (const birthDate of ['1958', '1958-06']) {
    const parsed = parseScreening(
      withPerson({ familyName: 'sans nom', firstNames: 'Suharto', birthDate }),
      catalogue,
      limits,
      at,
    )
    assert.ok(parsed.ok)
    const { person } = parsed.value
    assert.deepEqual(
      { familyName: person.familyName, firstNames: person.firstNames, birthDate: person.birthDate },
      { familyName: 'Suharto', firstNames: '', birthDate },
    )
  }
  assert.deepEqual(faultsOf(withPerson({ familyName: '', firstNames: 'Suharto' })), [
    { pointer: '/person/familyName', code: 'NAME_EMPTY' },
  ])
})

test('a partial birth date later than the sample is refused with SAMPLED_BEFORE_BIRTH', () => {
  const later = new Date('2021-09-01T12:00:00Z')
  assert.deepEqual(faultsOf(withPerson({ birthDate: '2021-09' }), later), [
    { pointer: '/sampledAt', code: 'SAMPLED_TOO_OLD' },
  ])
  const late = { catchUp: true, lateReason: 'paper' }
  const sent = { ...withPerson({ birthDate: '2021-09' }), ...late }
  assert.deepEqual(faultsOf(sent, later), [{ pointer: '/sampledAt', code: 'SAMPLED_BEFORE_BIRTH' }])
  assert.deepEqual(
    faultsOf({ ...sent, person: { ...sent.person, birthDate: '2021-08' } }, later),
    [],
  )
})

test('a child born today in Wallis and sampled there is entered, in whichever zone the time is written', () => {
  const now = new Date('2021-08-12T13:30:00Z')
  for (const sampledAt of ['2021-08-13T01:00:00+12:00', '2021-08-12T13:00:00Z']) {
    const sent = {
      ...withPerson({ birthDate: '2021-08-13' }),
      device: 'other',
      deviceName: 'X',
      sampledAt,
    }
    assert.deepEqual(faultsOf(sent, now), [], sampledAt)
  }
})

test('birth years that no certificate can hold are refused', () => {
  for (const year of [1896, 1897, 1898, 1899]) {
    assert.deepEqual(faultsOf(withPerson({ birthDate: `${year}-05-01` })), [
      { pointer: '/person/birthDate', code: 'BIRTH_DATE_TOO_OLD' },
    ])
  }
})

test('the lengths of the schema are said in the codes of their fields', () => {
  assert.deepEqual(faultsOf(withPerson({ birthDate: '19580', familyName: 'a'.repeat(81) })), [
    { pointer: '/person/familyName', code: 'NAME_TOO_LONG' },
  ])
  assert.deepEqual(faultsOf(withPerson({ birthDate: '195' })), [
    { pointer: '/person/birthDate', code: 'BIRTH_DATE_NOT_REAL' },
  ])
  assert.deepEqual(faultsOf({ ...sound, id: '7', more: 1 }), [
    { pointer: '/more', code: 'UNKNOWN_FIELD' },
    { pointer: '/id', code: 'ID_NOT_UUIDV7' },
  ])
})

test('what is read is in its one writing, and reads again as itself', () => {
  const sent = withPerson({
    familyName: ' Le\u200b Goff ',
    contact: { phone: 'tel:0692123456', email: 'a@Exemple.fr;' },
  })
  const parsed = parseScreening(sent, catalogue, limits, at)
  assert.ok(parsed.ok)
  const { person } = parsed.value
  assert.equal(person.familyName, 'Le Goff')
  assert.deepEqual(person.contact, { phone: '+262692123456', email: 'a@exemple.fr' })
  const again = parseScreening({ ...sent, person }, catalogue, limits, at)
  assert.ok(again.ok)
  assert.deepEqual(again.value.person, person)
})

test('a sample of more than a day ago needs a reason: LATE_REASON_REQUIRED', () => {
  const sent = withPerson({})
  const at = (milliseconds: number) => new Date(Date.parse(sent.sampledAt) + milliseconds)
  const day = 24 * 3_600_000
  assert.deepEqual(faultsOf(sent, at(day)), [])
  assert.deepEqual(faultsOf(sent, at(day + 1)), [
    { pointer: '/lateReason', code: 'LATE_REASON_REQUIRED' },
  ])
  assert.deepEqual(faultsOf({ ...sent, lateReason: 'forgotten' }, at(day + 1)), [])
})

test('a laboratory sends every kind of test, and no age of it asks for a reason', () => {
  const pcr = { ...kind, code: 'pcr', atCounter: false }
  const tables = catalogueTables({ kinds: [kind, pcr], diseases: [disease], devices: [] })
  const sent = {
    ...input('2021-08-08T18:00:00+02:00'),
    person: { ...input('').person, birthDate: '1979-03-11' },
    kind: 'pcr',
    device: 'other',
    deviceName: 'RT-PCR',
  }
  const atCounter = parseScreening(sent, tables, limits, at)
  assert.deepEqual(atCounter.ok ? [] : atCounter.faults.map(({ code }) => code), [
    'KIND_NOT_PERMITTED',
    'SAMPLED_TOO_OLD',
  ])
  assert.ok(parseScreening(sent, tables, { ...limits, way: 'laboratory' }, at).ok)
})
