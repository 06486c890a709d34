import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeTemporaryFolder, removeFolder, runCommand } from '../testing.ts'

test('on simulated conduct at most one alert in a thousand site-days is of a true counter, and each stolen account is found before its 30th test', async () => {
  const folder = await makeTemporaryFolder()
  try {
    const words = ['fraud', '--simulated', '--seed', '2', '--json']
    const { exitCode, stdout, stderr } = await runCommand(words, folder).finished
    assert.equal(exitCode, 0, stderr)
    const tried = JSON.parse(stdout)
    assert.ok(tried.siteDays >= 8_000)
    assert.ok(tried.falseAlertsPerThousandSiteDays <= 1, `${tried.falseAlerts} false`)
    assert.equal(tried.found, tried.stolenAccounts)
    assert.ok(tried.foundAfterMax < 30, `${tried.foundAfterMax}`)
  } finally {
    await removeFolder(folder)
  }
})

test('an alert is not closed without saying why and who: 64', async () => {
  const folder = await makeTemporaryFolder()
  try {
    for (const words of [
      ['--close', '899700075122'],
      ['--close', '12', '--reason', 'x', '--by', 'c'],
    ]) {
      assert.equal((await runCommand(['fraud', ...words], folder).finished).exitCode, 64)
    }
  } finally {
    await removeFolder(folder)
  }
})
