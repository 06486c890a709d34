import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeSlipCode, parseSlipCode, slipCodeLength, writeSlipCode } from './slip-code.ts'
import { makeSlipSerial, parseSlipSerial } from './slip-serial.ts'
import { assertCode, finess, valueIn } from './testing.ts'

const bytes = (count: number) => Uint8Array.from({ length: count }, (_, index) => 13 * index + 5)
const code = makeSlipCode(finess('750712184'), bytes)

test('a code names its site and is read as typed: groups, spaces, either case, letters that look like digits', () => {
  assert.equal(code.text.length, slipCodeLength)
  assert.match(writeSlipCode(code), /^(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}$/)
  const typed = [
    code.text,
    writeSlipCode(code),
    writeSlipCode(code).toLowerCase().replaceAll('-', ' '),
    code.text.replaceAll('0', 'o').replaceAll('1', 'L').replaceAll('5', 's').replaceAll('V', 'u'),
  ]
  for (const text of typed) assert.deepEqual(valueIn(parseSlipCode(text)), code)
  for (const site of ['2A0000014', '970400024']) {
    assert.equal(valueIn(parseSlipCode(makeSlipCode(finess(site), bytes).text)).siteId, site)
  }
})

test('another form, another check character, no site: SLIP_CODE_FORM, SLIP_CODE_CHECK, SLIP_CODE_SITE', () => {
  for (const text of ['', code.text.slice(1), `${code.text}0`, '!'.repeat(24), '0'.repeat(81)]) {
    assertCode(parseSlipCode(text), 'SLIP_CODE_FORM')
  }
  for (let index = 0; index < code.text.length; index++) {
    const other = code.text.charAt(index) === '7' ? '8' : '7'
    const wrong = code.text.slice(0, index) + other + code.text.slice(index + 1)
    assertCode(parseSlipCode(wrong), 'SLIP_CODE_CHECK')
  }
  assertCode(
    parseSlipCode('Z'.repeat(7) + '0'.repeat(16) + checkOf('Z'.repeat(7))),
    'SLIP_CODE_SITE',
  )
})

/** The check character of a site that is none, with nothing behind it. */
const checkOf = (site: string): string => {
  const right = [...'0123456789ABCDEFGHJKMNPQRTVWXYZ'].find((character) => {
    const read = parseSlipCode(site + '0'.repeat(16) + character)
    return read.ok || read.code !== 'SLIP_CODE_CHECK'
  })
  return right ?? ''
}

test('neither of number and code is taken for the other', () => {
  const serial = makeSlipSerial(finess('750712184'), 42, bytes)
  assertCode(parseSlipCode(serial.text), 'SLIP_CODE_FORM')
  assertCode(parseSlipSerial(code.text), 'SERIAL_FORM')
})
