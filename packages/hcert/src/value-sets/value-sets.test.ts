import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diseases, testResults, testTypes } from './codes.ts'
import { countries } from './countries.ts'
import { testDevices } from './test-devices.ts'
import { vaccineManufacturers, vaccineProducts } from './vaccines.ts'

test('every device has its own id, a maker, a name and real dates in order', () => {
  assert.equal(new Set(testDevices.map(({ id }) => id)).size, testDevices.length)
  for (const device of testDevices) {
    assert.match(device.id, /^\d{1,5}$/)
    assert.ok(device.maker !== '' && device.name !== '', device.id)
    assert.equal(device.active, device.validUntil === null, device.id)
    for (const day of [device.validFrom, device.validUntil]) {
      if (day !== null) assert.equal(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10), day)
    }
  }
})

test('a maker’s legal form stays with the maker', () => {
  const device = testDevices.find(({ id }) => id === '1468')
  assert.equal(device?.maker, 'ACON Laboratories, Inc')
  assert.equal(device?.name, 'Flowflex SARS-CoV-2 Antigen rapid test')
})

test('devices taken off the list are kept, with their last day', () => {
  assert.deepEqual(
    testDevices.filter(({ active }) => !active).map(({ id, validUntil }) => [id, validUntil]),
    [
      ['1065', '2021-05-11'],
      ['1242', '2021-05-11'],
    ],
  )
})

test('names for display are there in French and English', () => {
  assert.deepEqual(countries.GR, { fr: 'Grèce', en: 'Greece' })
  assert.deepEqual(countries.FR, { fr: 'France', en: 'France' })
  assert.equal(diseases['840539006']?.fr, 'COVID-19')
  assert.equal(testTypes['LP217198-3']?.en, 'Rapid antigen test')
  assert.equal(testResults['260415000']?.fr, 'Non détecté (négatif)')
  assert.equal(vaccineProducts['EU/1/20/1528'], 'Comirnaty')
  assert.equal(vaccineManufacturers['ORG-100031184'], 'Moderna Biotech Spain S.L.')
})
