import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { devicesShownMax, searchDevices } from './device-search.ts'

const device = (id: string, maker: string, name: string, validUntil: string | null = null) => ({
  id,
  maker,
  name,
  validFrom: null,
  validUntil,
})
const devices = [
  device('1', 'Zêta', 'Rapid Ag'),
  device('2', 'Alpha', 'Panbio COVID-19'),
  device('3', 'Beta', 'Old Test', '2022-01-01'),
]
const ids = (text: string, recent: string[] = [], day = '2026-11-23'): string[] =>
  searchDevices(devices, text, recent, day).map(({ id }) => id)

describe('searching a device', () => {
  it('shows the one used last first, the others by maker', () => {
    assert.deepEqual(ids(''), ['2', '1'])
    assert.deepEqual(ids('', ['1']), ['1', '2'])
  })
  it('finds by any words of name, maker or id, without accents or capitals', () => {
    assert.deepEqual(ids('zeta RAPID'), ['1'])
    assert.deepEqual(ids('covid alpha'), ['2'])
    assert.deepEqual(ids('nothing'), [])
  })
  it('leaves out a device that was not on the list that day', () => {
    assert.deepEqual(ids('old'), [])
    assert.deepEqual(ids('old', [], '2022-01-01'), ['3'])
  })
  it(`shows at most ${devicesShownMax}`, () => {
    const many = Array.from({ length: 200 }, (_, index) => device(String(index), 'M', `T${index}`))
    assert.equal(searchDevices(many, '', [], '2026-11-23').length, devicesShownMax)
  })
})
