import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHeader, type TwoddocHeader, writeHeader } from './header.ts'

const header: TwoddocHeader = {
  version: '04',
  caId: 'FR03',
  certificateId: 'AHP1',
  emittedOn: '2021-04-08',
  signedOn: null,
  type: 'B2',
  perimeter: '01',
  country: 'FR',
}
const text = 'DC04FR03AHP11E58FFFFB201FR'

test('a header of version 04 is read and written, dates as days since 2000, FFFF for none', () => {
  assert.deepEqual(readHeader(text), { ok: true, value: header })
  assert.equal(writeHeader(header), text)
})

test('a header of version 03 has no country', () => {
  assert.deepEqual(readHeader('DC03FR03AHP11E58FFFFB201F0'), {
    ok: true,
    value: { ...header, version: '03', country: null },
  })
})

test('another version is refused with TWODDOC_VERSION', () => {
  for (const version of ['01', '02', '05', '99']) {
    assert.deepEqual(readHeader(`DC${version}${text.slice(4)}`), {
      ok: false,
      code: 'TWODDOC_VERSION',
    })
  }
})

test('a header that is short or has not its form is refused with TWODDOC_HEADER', () => {
  for (const broken of [
    'DC',
    'DCBA',
    'DC04',
    text.slice(0, 25),
    text.replace('1E58', '1e58'),
    text.replace('1E58', '1G58'),
    text.replace('FR03', '0003'),
    text.replace('AHP1', 'AH 1'),
    text.replace('201FR', '20133'),
  ]) {
    assert.deepEqual(readHeader(broken), { ok: false, code: 'TWODDOC_HEADER' }, broken)
  }
})

test('a configuration that has no form is a broken invariant', () => {
  assert.throws(() => writeHeader({ ...header, caId: 'FR3' }), RangeError)
  assert.throws(() => writeHeader({ ...header, country: null }), RangeError)
  assert.throws(() => writeHeader({ ...header, signedOn: '1999-12-31' }), RangeError)
  assert.throws(() => writeHeader({ ...header, signedOn: 'yesterday' }), RangeError)
  assert.throws(() => writeHeader({ ...header, signedOn: '2179-06-06' }), RangeError)
})
