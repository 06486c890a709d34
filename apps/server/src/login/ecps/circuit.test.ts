import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { type Circuit, defaultPace, makeCircuit } from './circuit.ts'

let circuit: Circuit
beforeEach(() => {
  circuit = makeCircuit(defaultPace)
  circuit.probed(true)
})

type CallEnd = 'succeed' | 'fail' | 'unreached' | 'leave'
const call = (outcome: CallEnd, kind: 'begin' | 'return' = 'begin'): void => {
  assert.equal(circuit.admit(kind), true)
  if (outcome === 'fail') circuit.fail('answered')
  else if (outcome === 'unreached') circuit.fail('unreached')
  else circuit[outcome]()
}
const failThrice = (): void => {
  for (let count = 0; count < 3; count += 1) call('fail')
}

test('three failures in a row open it, and nobody begins any more', () => {
  call('fail')
  call('fail')
  call('succeed')
  call('fail')
  call('fail')
  assert.equal(circuit.state(), 'closed')
  call('fail')
  assert.equal(circuit.state(), 'open')
  assert.equal(circuit.admit('begin'), false)
})

test('what says nothing about the service neither opens nor mends it', () => {
  call('fail')
  call('fail')
  call('leave')
  call('fail')
  assert.equal(circuit.state(), 'open')
})

test('a service that describes itself well while calls fail is opened all the same', () => {
  for (let count = 0; count < 3; count += 1) {
    circuit.probed(true)
    call('fail')
  }
  assert.equal(circuit.state(), 'open')
})

test('a call that did not reach it and a failed probe open it together, whichever came first', () => {
  call('unreached')
  assert.equal(circuit.state(), 'closed')
  circuit.probed(false)
  assert.equal(circuit.state(), 'open')
  const other = makeCircuit(defaultPace)
  other.probed(true)
  other.probed(false)
  assert.equal(other.state(), 'closed')
  other.admit('begin')
  other.fail('unreached')
  assert.equal(other.state(), 'open')
})

test('one witness alone does not: a cut call that a good probe or a good call contradicts counts no more', () => {
  call('unreached')
  circuit.probed(true)
  circuit.probed(false)
  assert.equal(circuit.state(), 'closed')
  circuit.probed(true)
  call('unreached')
  call('succeed')
  circuit.probed(false)
  assert.equal(circuit.state(), 'closed')
})

test('an answer that is an error is no such witness: somebody’s own request may have caused it', () => {
  call('fail')
  circuit.probed(false)
  call('fail')
  assert.equal(circuit.state(), 'closed')
})

test('probes alone open it, and one that never was well is open after the first', () => {
  circuit.probed(false)
  circuit.probed(false)
  assert.equal(circuit.state(), 'closed')
  circuit.probed(false)
  assert.equal(circuit.state(), 'open')
  const fresh = makeCircuit(defaultPace)
  fresh.probed(false)
  assert.equal(fresh.state(), 'open')
})

test('a good probe half-opens it, two good calls close it, one bad call opens it again', () => {
  failThrice()
  circuit.probed(true)
  assert.equal(circuit.state(), 'half-open')
  call('fail')
  assert.equal(circuit.state(), 'open')
  circuit.probed(true)
  call('succeed')
  assert.equal(circuit.state(), 'half-open')
  call('succeed')
  assert.equal(circuit.state(), 'closed')
})

test('people who return are let through while it is open, four at once', () => {
  failThrice()
  for (let count = 0; count < 4; count += 1) assert.equal(circuit.admit('return'), true)
  assert.equal(circuit.admit('return'), false)
  circuit.leave()
  assert.equal(circuit.admit('return'), true)
})

test('probes come seldom while all is well, soon after a failure, later and later while it lasts', () => {
  assert.equal(circuit.probeAfterMilliseconds(), 10_000)
  circuit.probed(false)
  assert.equal(circuit.probeAfterMilliseconds(), 1_000)
  circuit.probed(false)
  circuit.probed(false)
  const first = circuit.probeAfterMilliseconds()
  circuit.probed(false)
  assert.ok(circuit.probeAfterMilliseconds() >= first)
  for (let count = 0; count < 20; count += 1) circuit.probed(false)
  assert.equal(circuit.probeAfterMilliseconds(), 15_000)
})
