import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pinFault } from './pin.ts'

test('a code has six to twelve digits: PIN_FORM', () => {
  for (const pin of ['', '12345', '1234567890123', '12345a', '１２３４５６'])
    assert.equal(pinFault(pin), 'PIN_FORM')
})

test('what is tried first is no code: PIN_EASY', () => {
  for (const pin of [
    '000000',
    '123456',
    '987654',
    '135791',
    '121212',
    '123123',
    '445445',
    '1111111',
  ])
    assert.equal(pinFault(pin), pin === '135791' ? null : 'PIN_EASY', pin)
})

test('any other is one', () => {
  for (const pin of ['904527', '112358', '2468101214', '100200']) assert.equal(pinFault(pin), null)
})
