import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { demoPeople, signInOverHttp } from '@sidep/dev'
import { portalOfFile, runCommand } from '../testing.ts'

const { pharmacist } = demoPeople
const { folder, port, environment } = await portalOfFile()
const url = `http://localhost:${port}`

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
