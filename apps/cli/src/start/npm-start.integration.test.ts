import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { makeTemporaryFolder, processesNaming, removeFolder } from '../testing.ts'

const root = resolve(import.meta.dirname, '../../../..')

/** What the watcher's own page says of a component, once it says anything of it. */
const statusOf = async (watcherUrl: string, component: string): Promise<string> => {
  for (;;) {
    const response = await fetch(`${watcherUrl}/summary.json`)
    if (response.ok) {
      const { components } = (await response.json()) as {
        components: readonly { id: string; status: string }[]
      }
      const status = components.find(({ id }) => id === component)?.status ?? 'absent'
      // Degraded is also what was not looked at yet.
      if (status !== 'degraded_performance') return status
    }
    await wait(100)
  }
}

test('npm start is watched, laboratories included, and passes a stop on: nothing of it stays behind', async (context) => {
  const folder = await makeTemporaryFolder()
  context.after(() => removeFolder(folder))
  const npm = spawn('npm', ['start', '--', '--no-build'], {
    cwd: root,
    env: { ...process.env, TMPDIR: folder, DATA_DIR: join(folder, 'data'), PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, so that whatever a failure leaves behind can be ended.
    detached: true,
  })
  let said = ''
  let hasStarted: () => void = () => undefined
  const started = new Promise<void>((resolveStarted) => {
    hasStarted = resolveStarted
  })
  npm.stdout.on('data', (chunk) => {
    said += chunk
    if (said.includes('Ctrl-C')) hasStarted()
  })
  // Output is closed once npm, its shell and the server are all gone.
  const closed = new Promise<'closed'>((resolveClosed) => {
    npm.stdout.once('close', () => resolveClosed('closed'))
  })
  const endedEarly = closed.then(() => {
    throw new Error(`ended early: ${said}`)
  })
  await Promise.race([started, endedEarly])
  endedEarly.catch(() => undefined)

  const watcherUrl = /Status, apart +(\S+)\/\n/.exec(said)?.[1] ?? assert.fail(said)
  assert.equal(await statusOf(watcherUrl, 'laboratory'), 'operational')

  npm.kill('SIGTERM')
  const waited = new Promise<'still running'>((resolveWaited) => {
    setTimeout(() => resolveWaited('still running'), 15_000).unref()
  })
  const outcome = await Promise.race([closed, waited])
  if (outcome === 'still running' && npm.pid !== undefined) process.kill(-npm.pid, 'SIGTERM')
  await closed
  assert.equal(outcome, 'closed')
  assert.match(said, /Stopping/)
  assert.deepEqual(await processesNaming(folder), [])
})
