/** Must show 2 of issue 3 in seconds; `npx sidep bench outage` takes minutes and sixty thousand people. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { benchOutage } from './outage.ts'

test('whatever the provider does, counters and cards go on, and those who come back are let in at a pace', async () => {
  const crowd = 240
  const loginsPerSecond = 20
  const { phases, back, ...result } = await benchOutage({
    // The door is looked at every three seconds while people are sent to it, and three looks make it shut.
    seconds: 15,
    crowd,
    loginsPerSecond,
    failures: ['killed', 'wrong-issuer'],
  })
  assert.equal(result.lost + result.duplicated, 0)
  for (const phase of phases) {
    assert.ok(phase.inSessionDone > 0 && phase.cardDone > 0, phase.failure)
    assert.equal(phase.inSessionFailed, 0, phase.failure)
    assert.equal(phase.cardFailed, 0, phase.failure)
    assert.equal(phase.cardDoorSaid, 'up', phase.failure)
    assert.equal(phase.tried.SIGNED_IN, undefined, phase.failure)
  }
  const saidDown = new Map(
    phases.map(({ failure, doorSaidDownAfterMilliseconds: said }) => [failure, said]),
  )
  assert.notEqual(saidDown.get('killed'), null)
  assert.notEqual(saidDown.get('wrong-issuer'), null)

  assert.deepEqual(back.failures, {})
  assert.equal(back.signedIn, crowd)
  assert.equal(back.doorSaidDown, 0)
  assert.equal(back.inSessionFailed, 0)
  // The burst of a second goes in at once, the others wait.
  assert.ok(back.waitedMaxSeconds > 0)
  assert.ok(back.drainSeconds >= (crowd - loginsPerSecond) / loginsPerSecond - 1)
})
