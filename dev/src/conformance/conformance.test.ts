import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Sandbox, startSandbox } from '../sandbox/index.ts'
import { cases } from './cases.ts'
import { flaws } from './flaws-testing.ts'
import { runConformance } from './run.ts'
import { sdkAdapter } from './sdk-adapter.ts'
import { sandboxPortal } from './world.ts'

const now = (): number => Date.now()
const patienceMilliseconds = 12_000
let sandbox: Sandbox

before(async () => {
  sandbox = await startSandbox({ port: 0, now })
})
after(() => sandbox.close())

describe('the conformance kit', { concurrency: true }, () => {
  it('passes software that is made with the SDK in every case', async () => {
    const start = (given: Parameters<typeof sdkAdapter>[0]) => sdkAdapter(given)
    const report = await runConformance({ portal: sandboxPortal(sandbox.url), start, now })
    assert.deepEqual(
      report.cases.filter(({ passed }) => !passed),
      [],
    )
    assert.equal(report.passed, cases.length)
  })

  for (const [name, start] of Object.entries(flaws)) {
    it(`finds what is wrong with software that fails in "${name}", and nothing else`, async () => {
      const { cases: all } = await runConformance({
        portal: sandboxPortal(sandbox.url),
        start,
        now,
        patienceMilliseconds,
      })
      const failed = all.filter(({ passed }) => !passed)
      assert.deepEqual(
        failed.map((one) => one.case),
        [name],
        JSON.stringify(failed),
      )
      assert.ok((failed[0]?.why ?? '').length > 10)
    })
  }

  it('has a broken adapter for every case but the plain one', () =>
    assert.deepEqual(
      Object.keys(flaws).sort(),
      cases
        .map(({ name }) => name)
        .filter((name) => name !== 'record')
        .sort(),
    ))
})
