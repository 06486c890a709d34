/** The runner of the drills, on one machine and in seconds; `npx sidep drill` runs the whole of them. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { fillFromTemplate } from '@sidep/server/platform/test-template.ts'
import { drillKill } from './index.ts'

const seed = Number(process.env.SIDEP_KILL_SEED ?? randomInt(2 ** 31))

test(`database and portals are killed in turn under load: nothing acknowledged is lost, doubled or out of order (seed ${seed})`, {
  timeout: 180_000,
}, async (context) => {
  const { acknowledged, lost, duplicated, violations, neverAcknowledged, faults, ...more } =
    await drillKill({ rounds: 1, seed, perSecond: 40 }, (line) => context.diagnostic(line), {
      counters: 20,
      isWhole: false,
      prepare: fillFromTemplate,
    })
  assert.deepEqual({ lost, duplicated, violations }, { lost: 0, duplicated: 0, violations: {} })
  assert.equal(neverAcknowledged, 0)
  assert.ok(acknowledged > 40)
  assert.deepEqual(faults.map(({ fault }) => fault).toSorted(), [
    'kill database',
    'kill portal-1',
    'kill portal-2',
  ])
  // The killed database was noticed by who writes and by who asks.
  assert.ok(more.secondsWithoutWrites > 0 && more.failed > 0)
})
