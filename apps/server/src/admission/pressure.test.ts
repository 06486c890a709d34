import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { Gate } from '@sidep/admission'
import { makePressure, type Pressure } from './pressure.ts'

let refused: number
let pressure: Pressure
let at: number

beforeEach(() => {
  refused = 0
  at = 0
  const view: Gate['view'] = (name) => ({
    inFlight: 0,
    queued: 0,
    admitted: 0,
    refusedFull: name === 'login-return' ? refused : 0,
    refusedLate: 0,
  })
  pressure = makePressure({ view }, () => at)
})

/** A second later. */
const isPressed = (): boolean => {
  at += 1_000
  return pressure.isPressed()
}

test('quick sign-ins and quick work are no pressure', () => {
  for (let count = 0; count < 20; count += 1) {
    pressure.signInTook(300)
    pressure.workTook(20)
  }
  assert.equal(isPressed(), false)
})

test('a sign-in refused at the gate is pressure once', () => {
  refused = 1
  assert.equal(isPressed(), true)
  assert.equal(isPressed(), false)
})

test('slow sign-ins are pressure until they are quick again', () => {
  pressure.signInTook(5_000)
  assert.equal(isPressed(), true)
  assert.equal(isPressed(), false)
  pressure.signInTook(300)
  assert.equal(isPressed(), false)
})

test('slow work is pressure before any sign-in is slow', () => {
  for (let count = 0; count < 4; count += 1) pressure.workTook(400)
  assert.equal(isPressed(), false, 'four say little')
  pressure.workTook(400)
  assert.equal(isPressed(), true, 'they are kept until there are enough')
  assert.equal(isPressed(), false)
})

test('one slow moment among a second of quick work is no pressure', () => {
  assert.equal(isPressed(), false)
  for (let count = 0; count < 10; count += 1) pressure.workTook(400)
  at += 100
  assert.equal(pressure.isPressed(), false, 'too soon to say')
  for (let count = 0; count < 50; count += 1) pressure.workTook(20)
  at += 900
  assert.equal(pressure.isPressed(), false)
})

test('a process whose event loop comes round late is under pressure before any request is slow', () => {
  const round = (milliseconds: number): void => {
    at += milliseconds
    pressure.cameRound(25)
  }
  assert.equal(isPressed(), false)
  for (let count = 0; count < 40; count += 1) round(25)
  round(350)
  assert.equal(isPressed(), false, 'one collection of garbage')
  for (let count = 0; count < 4; count += 1) round(250)
  assert.equal(isPressed(), true)
})
