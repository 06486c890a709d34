import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { makeTemporaryFolder, processesNaming, removeFolder, runCommand } from '../testing.ts'

test('a bench that is ended by a signal ends its portal and database too, and removes their data', async () => {
  const folder = await makeTemporaryFolder()
  try {
    const run = runCommand(['bench', 'issue', '--seconds', '600', '--rate', '20'], folder)
    // Its database names the folder of its data.
    while ((await processesNaming(folder)).length === 0) {
      assert.equal(run.child.exitCode, null, run.stdout())
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    run.child.kill('SIGTERM')
    await run.finished
    assert.equal(run.child.signalCode, 'SIGTERM')
    assert.deepEqual(await processesNaming(folder), [])
    const left = (await readdir(folder)).filter((name) => name.startsWith('sidep-bench-'))
    assert.deepEqual(left, [])
  } finally {
    await removeFolder(folder)
  }
})
