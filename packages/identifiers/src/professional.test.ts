import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nationalProfessionalId, parseProfessionalId, parseRpps, rppsOf } from './professional.ts'

test('an RPPS with its check digit is read', () => {
  assert.deepEqual(parseRpps('99700075122'), { ok: true, value: '99700075122' })
})

test('an RPPS with a wrong check digit is refused with RPPS_CHECK', () => {
  assert.deepEqual(parseRpps('99700075123'), { ok: false, code: 'RPPS_CHECK' })
})

test('what is not 11 digits is refused with RPPS_FORMAT', () => {
  for (const text of [
    '',
    '9970007512',
    '997000751222',
    '9970007512A',
    ' 99700075122',
    '٩9700075122',
  ]) {
    assert.deepEqual(parseRpps(text), { ok: false, code: 'RPPS_FORMAT' }, text)
  }
})

test('the national identifier of a professional is 8 and the RPPS, there and back', () => {
  const id = parseProfessionalId('899700075122')
  assert.ok(id.ok)
  assert.equal(rppsOf(id.value), '99700075122')
  assert.equal(nationalProfessionalId(rppsOf(id.value)), '899700075122')
})

test('another kind of national identifier is refused with PROFESSIONAL_ID_KIND', () => {
  for (const text of ['0750712184', '3750712184/0000001', '514532178900017']) {
    assert.deepEqual(parseProfessionalId(text), { ok: false, code: 'PROFESSIONAL_ID_KIND' }, text)
  }
})

test('a national identifier that is none, or holds a broken RPPS, says which', () => {
  assert.deepEqual(parseProfessionalId(''), { ok: false, code: 'PROFESSIONAL_ID_FORMAT' })
  assert.deepEqual(parseProfessionalId('8’997'), { ok: false, code: 'PROFESSIONAL_ID_FORMAT' })
  assert.deepEqual(parseProfessionalId('89970007512'), { ok: false, code: 'RPPS_FORMAT' })
  assert.deepEqual(parseProfessionalId('899700075123'), { ok: false, code: 'RPPS_CHECK' })
})
