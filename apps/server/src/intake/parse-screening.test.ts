import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogueTables } from '../platform/catalogue.ts'
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
const catalogue: CatalogueTables = {
  view: { kinds: [kind], diseases: [], devices: [device] },
  kind: (code) => (code === 'antigen' ? kind : undefined),
  device: (id) => (id === '9999' ? device : undefined),
  hasDisease: (code) => code === '840539006',
}
const at = new Date('2021-08-13T15:30:00+02:00')
const limits = { at, catchUpDaysMax: 92 }
const input = (sampledAt: string) => ({
  id: '017b3f6a-0000-7000-8000-000000000001',
  person: { familyName: 'Martin', firstNames: 'Zoé', birthDate: '2021-08-12', sex: 'F' },
  kind: 'antigen',
  device: '9999',
  sampledAt,
})

test('a device is judged by the day of the sample, not by today', () => {
  assert.ok(parseScreening(input('2021-08-12T18:00:00+02:00'), catalogue, limits).ok)
  const late = parseScreening(input('2021-08-13T09:00:00+02:00'), catalogue, limits)
  assert.ok(!late.ok)
  assert.deepEqual(late.faults, [{ pointer: '/device', code: 'DEVICE_NOT_VALID_THEN' }])
})

test('a sample from before birth is refused with SAMPLED_BEFORE_BIRTH', () => {
  const parsed = parseScreening(input('2021-08-11T18:00:00+02:00'), catalogue, limits)
  assert.ok(!parsed.ok)
  assert.deepEqual(parsed.faults, [{ pointer: '/sampledAt', code: 'SAMPLED_BEFORE_BIRTH' }])
})

test('what was sound once may be a replay; what has no shape cannot', () => {
  const later = { at: new Date('2021-08-20T12:00:00Z'), catchUpDaysMax: 92 }
  const sound = input('2021-08-12T18:00:00+02:00')
  const old = parseScreening(sound, catalogue, later)
  assert.ok(!old.ok && old.replayable?.id === sound.id)
  const shapeless = parseScreening({ ...sound, device: 7 }, catalogue, later)
  assert.ok(!shapeless.ok && shapeless.replayable === null)
})
