import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FieldTable, readFields, writeField } from './fields.ts'

const table: FieldTable = new Map([
  ['A0', { min: 0, max: 4 }],
  ['A1', { min: 2, max: 2 }],
])

const read = (message: string) => {
  const fields = readFields(message, table)
  assert.ok(fields.ok, JSON.stringify(message))
  return Object.fromEntries(fields.value)
}
const refusedWith = (code: string, messages: readonly string[]): void => {
  for (const message of messages) {
    assert.deepEqual(readFields(message, table), { ok: false, code }, JSON.stringify(message))
  }
}
const whole = (value: string) => ({ value, truncated: false })

test('a variable field ends with GS, at its maximum length, or with the message', () => {
  assert.deepEqual(read('A0XY\u001dA112'), { A0: whole('XY'), A1: whole('12') })
  assert.deepEqual(read('A0WXYZA112'), { A0: whole('WXYZ'), A1: whole('12') })
  assert.deepEqual(read('A112A0XY'), { A0: whole('XY'), A1: whole('12') })
  assert.deepEqual(read('A0\u001dA112'), { A0: whole(''), A1: whole('12') })
})

test('a field that was cut ends with RS', () => {
  assert.deepEqual(read('A0WXYZ\u001eA112').A0, { value: 'WXYZ', truncated: true })
  assert.equal(writeField(table, 'A0', 'WXYZV'), 'A0WXYZ\u001e')
})

test('a separator too many is passed over', () => {
  assert.deepEqual(read('A0WXYZ\u001dA112\u001d'), { A0: whole('WXYZ'), A1: whole('12') })
})

test('a value may look like the next field', () => {
  assert.deepEqual(read('A0A1\u001dA1A0'), { A0: whole('A1'), A1: whole('A0') })
})

test('faults of a message have a code each', () => {
  refusedWith('TWODDOC_FIELD_UNKNOWN', ['B0X', 'A0WXYZVA112', 'A', 'A112\u001d\u001d'])
  refusedWith('TWODDOC_FIELD_REPEATED', ['A0X\u001dA0Y\u001dA112'])
  refusedWith('TWODDOC_FIELD_LENGTH', ['A11', 'A11\u001d', 'A0X\u001dA112\u001e'])
  refusedWith('TWODDOC_FIELD_MISSING', ['', 'A0X', 'A112'])
})

test('fields are written with the separator that their length asks for', () => {
  assert.equal(writeField(table, 'A0', 'XY'), 'A0XY\u001d')
  assert.equal(writeField(table, 'A0', 'WXYZ'), 'A0WXYZ')
  assert.equal(writeField(table, 'A1', '12'), 'A112')
  assert.throws(() => writeField(table, 'A1', '1'), RangeError)
  assert.throws(() => writeField(table, 'A1', '123'), RangeError)
  assert.throws(() => writeField(table, 'B0', ''), RangeError)
})
