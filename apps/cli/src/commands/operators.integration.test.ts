import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demoPeople } from '@sidep/dev'
import { portalOfFile, runCommand } from '../testing.ts'

const { folder, environment } = await portalOfFile()
const { nationalId } = demoPeople.pharmacist

const run = (command: string, ...words: string[]) =>
  runCommand([command, ...words], folder, environment).finished
const by = ['--by', 'c.martin', '--reason']

test('a role is given and taken with by whom and why, once; what is not whole is refused: 64', async () => {
  // A portal for development comes with two.
  const shown = (await run('operators')).stdout.trim().split('\n')
  assert.equal(shown.length, 2)
  for (const line of shown) assert.match(line, /by start: demonstration$/)
  const others = ({ by: who }: Record<string, string>) => who !== 'start'
  for (const words of [
    ['--add', nationalId, '--role', 'duty'],
    ['--add', nationalId, ...by, 'de garde'],
    ['--add', nationalId, '--role', 'chief', ...by, 'de garde'],
    ['--add', '899790000099', '--role', 'duty', ...by, 'de garde'],
    ['--add', nationalId, '--remove', nationalId, '--role', 'duty', ...by, 'de garde'],
  ]) {
    const { exitCode, stderr } = await run('operators', ...words)
    assert.equal(exitCode, 64, `${words.join(' ')}: ${stderr}`)
  }
  const giving = ['--add', nationalId, '--role', 'duty', ...by, 'de garde']
  assert.equal((await run('operators', ...giving)).exitCode, 0)
  const again = await run('operators', ...giving)
  assert.equal(again.exitCode, 1)
  assert.match(again.stdout, /^it was so before/)
  const { operators } = JSON.parse((await run('operators', '--json')).stdout)
  assert.deepEqual(
    operators
      .filter(others)
      .map(({ personId, role, reason, by: who }: Record<string, string>) => [
        personId,
        role,
        reason,
        who,
      ]),
    [[nationalId, 'duty', 'de garde', 'c.martin']],
  )
  const taking = ['--remove', nationalId, '--role', 'duty', ...by, 'partie']
  const taken = JSON.parse((await run('operators', ...taking, '--json')).stdout)
  assert.equal(taken.isChanged, true)
  assert.deepEqual(taken.operators.filter(others), [])
})

test('feeds are shown, paused, resumed and replayed with a reason; what is not whole is refused: 64', async () => {
  const feedsOf = async (...words: string[]) =>
    JSON.parse((await run('feeds', ...words, '--json')).stdout)
  const { feeds } = await feedsOf()
  assert.deepEqual(
    feeds.map(({ name, waiting, deadLetters, paused }: Record<string, unknown>) => [
      name,
      waiting,
      deadLetters,
      paused,
    ]),
    ['tracing', 'surveillance', 'open-data'].map((name) => [name, 0, 0, null]),
  )
  for (const words of [
    ['--pause', 'tracing'],
    ['--pause', 'papers', ...by, 'essai'],
    ['--pause', 'tracing', '--resume', 'tracing', ...by, 'essai'],
    ['--replay', 'tracing', ...by, 'essai'],
    ['--replay', 'open-data', '--since', '2021-08-13T15:30:00+02:00', ...by, 'essai'],
    ['--replay', 'tracing', '--since', 'hier', ...by, 'essai'],
  ]) {
    const { exitCode, stderr } = await run('feeds', ...words)
    assert.equal(exitCode, 64, `${words.join(' ')}: ${stderr}`)
  }
  const paused = await feedsOf('--pause', 'tracing', ...by, 'leur déménagement')
  assert.equal(paused.done, 'tracing is paused')
  assert.deepEqual(
    [paused.feeds[0].paused.by, paused.feeds[0].paused.reason],
    ['c.martin', 'leur déménagement'],
  )
  assert.match((await run('feeds')).stdout, /^tracing .*PAUSED by c\.martin: leur déménagement/)
  const resumed = await feedsOf('--resume', 'tracing', ...by, 'installés')
  assert.equal(resumed.feeds[0].paused, null)
  const since = ['--since', '2021-08-13T15:30:00+02:00']
  const replayed = await feedsOf('--replay', 'tracing', ...since, ...by, 'disque perdu')
  assert.equal(replayed.done, '0 of tracing are told again')
})
