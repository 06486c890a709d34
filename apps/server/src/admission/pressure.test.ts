import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { Gate } from '@sidep/admission'
import { makePressure, type Pressure } from './pressure.ts'

let refused: number
let pressure: Pressure

beforeEach(() => {
  refused = 0
  const view: Gate['view'] = (name) => ({
    inFlight: 0,
    queued: 0,
    admitted: 0,
    refusedFull: name === 'login-return' ? refused : 0,
    refusedLate: 0,
  })
  pressure = makePressure({ view })
})

test('quick sign-ins and quick work do not press', () => {
  for (let count = 0; count < 20; count += 1) {
    pressure.signInTook(300)
    pressure.workTook(20)
  }
  assert.equal(pressure.isPressed(), false)
})

test('a sign-in refused at the gate presses once', () => {
  refused = 1
  assert.equal(pressure.isPressed(), true)
  assert.equal(pressure.isPressed(), false)
})

test('slow sign-ins press until they are quick again', () => {
  pressure.signInTook(5_000)
  assert.equal(pressure.isPressed(), true)
  assert.equal(pressure.isPressed(), false)
  pressure.signInTook(300)
  assert.equal(pressure.isPressed(), false)
})

test('slow work presses before a sign-in is slow', () => {
  for (let count = 0; count < 4; count += 1) pressure.workTook(400)
  assert.equal(pressure.isPressed(), false, 'four say little')
  pressure.workTook(400)
  assert.equal(pressure.isPressed(), true, 'they are kept until there are enough')
  assert.equal(pressure.isPressed(), false)
})
