import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { demoPeople, signInOverHttp } from '@sidep/dev'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { type CommandRun, makeTemporaryFolder, removeFolder, runCommand } from '../testing.ts'

const { pharmacist } = demoPeople
let folder: string
let url: string
let server: CommandRun
let environment: Record<string, string>
before(async () => {
  folder = await makeTemporaryFolder()
  // The commands have it as theirs, and where PostgreSQL's files are depends on it.
  process.env.TMPDIR = folder
  const port = await freePort('127.0.0.1')
  url = `http://localhost:${port}`
  environment = { DATA_DIR: join(folder, 'data'), KEYS_DIR: '', DATABASE_URL: '', PORT: `${port}` }
  server = runCommand(['start'], folder, {
    ...environment,
    CARD_PORT: `${await freePort('127.0.0.1')}`,
  })
  while (!(await isReady())) await wait(50)
})
after(async () => {
  const ended = once(server.child, 'exit')
  server.child.kill('SIGTERM')
  await ended
  await removeFolder(folder)
})

const isReady = async (): Promise<boolean> => {
  if (server.child.exitCode !== null) throw new Error((await server.finished).stderr)
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

const sidep = (...words: string[]) =>
  runCommand(['suspend', ...words], folder, environment).finished

const codeOf = async (cookie: string): Promise<string> => {
  const answer = await fetch(`${url}/api/session`, { headers: { cookie } })
  return answer.ok ? '200' : ((await answer.json()) as { code: string }).code
}

test('without who, why and by whom, nobody is suspended: 64', async () => {
  for (const words of [
    [pharmacist.nationalId],
    [pharmacist.nationalId, '--reason', 'contrôle'],
    [pharmacist.nationalId, '--reason', ' ', '--by', 'c.martin'],
    ['899790000015', '--reason', 'contrôle', '--by', 'c.martin'],
  ]) {
    const { exitCode: code, stderr } = await sidep(...words)
    assert.equal(code, 64, `${words.join(' ')}: ${stderr}`)
  }
  assert.match((await sidep()).stdout, /^nobody/)
})

test('beside a server that runs, a session ends within seconds and no door opens one until it is lifted', async () => {
  const { cookie } = await signInOverHttp(url, { nationalId: pharmacist.nationalId })
  assert.equal(await codeOf(cookie), '200')
  const who = [pharmacist.nationalId, '--by', 'c.martin', '--reason']
  assert.equal((await sidep(...who, 'contrôle')).exitCode, 0)
  while ((await codeOf(cookie)) !== 'SESSION_REVOKED') await wait(50)
  await assert.rejects(signInOverHttp(url, { nationalId: pharmacist.nationalId }), {
    code: 'PROFESSIONAL_SUSPENDED',
  })
  const { suspended } = JSON.parse((await sidep('--json')).stdout)
  assert.deepEqual(
    suspended.map(({ professionalId, reason, by }: Record<string, string>) => [
      professionalId,
      reason,
      by,
    ]),
    [[pharmacist.nationalId, 'contrôle', 'c.martin']],
  )
  assert.equal((await sidep(...who, 'levée', '--lift')).exitCode, 0)
  assert.equal((await sidep(...who, 'levée', '--lift')).exitCode, 1)
  const again = await signInOverHttp(url, { nationalId: pharmacist.nationalId })
  assert.equal(await codeOf(again.cookie), '200')
})
