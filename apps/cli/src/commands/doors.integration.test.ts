import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { recordAct } from '@sidep/server/audit/chain.ts'
import { checkChain } from '@sidep/server/audit/check.ts'
import type { DoorSwitched } from '@sidep/server/login/door-history.ts'
import type { ToldDoor } from '@sidep/server/login/door-switch.ts'
import { type OpenDatabase, openDatabase } from '@sidep/server/platform/database.ts'
import { fillFromTemplate } from '@sidep/server/platform/test-template.ts'
import { makeTemporaryFolder, removeFolder, runCommand } from '../testing.ts'

let folder: string
/** A server's: the command works beside it. */
let database: OpenDatabase

const environment = () => ({ DATA_DIR: join(folder, 'data'), DATABASE_URL: '', SUDO_USER: '' })
const sidep = (...words: string[]) =>
  runCommand(['doors', ...words], folder, environment()).finished
const doors = async (...words: string[]): Promise<ToldDoor[]> => {
  const { stdout, stderr, exitCode } = await sidep(...words, '--json')
  assert.equal(exitCode, 0, stderr)
  return (JSON.parse(stdout) as { doors: ToldDoor[] }).doors
}

before(async () => {
  folder = await makeTemporaryFolder()
  await fillFromTemplate(environment().DATA_DIR)
  database = await openDatabase(null, environment().DATA_DIR)
})
after(async () => {
  await database.close()
  await removeFolder(folder)
})

test('without a word it shows the doors, and what nobody has reported is unknown', async () => {
  const { stdout, exitCode } = await sidep()
  assert.equal(exitCode, 0)
  assert.match(stdout, /^ecps {2}unknown/)
  assert.match(stdout, /^card {2}unknown/m)
})

test('both doors are said to be down and back, with who, why and until when, beside a server that runs', async () => {
  const reason = 'no sign-in   succeeds\nsince 15:30'
  const down = await doors(
    '--down',
    'ecps,card',
    '--reason',
    reason,
    '--by',
    'm.durand',
    '--hours',
    '10',
  )
  for (const { door, state, switched } of down) {
    assert.equal(state, 'down', door)
    assert.deepEqual(
      [switched?.by, switched?.reason],
      ['m.durand', 'no sign-in succeeds since 15:30'],
    )
    const hours =
      (Date.parse(String(switched?.endsAt)) - Date.parse(String(switched?.setAt))) / 3_600_000
    assert.equal(hours, 10)
  }
  const held = await doors('--open', 'card', '--reason', 'cards work in Lyon', '--by', 'm.durand')
  assert.deepEqual(
    held.map(({ state }) => state),
    ['down', 'up'],
  )
  const back = await doors('--up', '--reason', 'sign-ins succeed again')
  assert.deepEqual(
    back.map(({ state, switched }) => [state, switched]),
    [
      [null, null],
      [null, null],
    ],
  )
  // Taken back already: nothing changes, and nothing is written.
  await doors('--up', 'ecps', '--reason', 'again')

  const sql = database.pools.worker
  const rows = await sql<{ act: string; subject: string }[]>`
    select act, subject from audit where site_id = 'portal' order by sequence`
  const stamp = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/g
  assert.deepEqual(
    rows.map(({ act, subject }) => [act, subject.replace(stamp, 'TIME')]),
    [
      ['door.switched', 'ecps down until TIME by m.durand: no sign-in succeeds since 15:30'],
      ['door.switched', 'card down until TIME by m.durand: no sign-in succeeds since 15:30'],
      ['door.switched', 'card up until TIME by m.durand: cards work in Lyon'],
      ['door.switched', `ecps probes by ${userInfo().username}: sign-ins succeed again`],
      ['door.switched', `card probes by ${userInfo().username}: sign-ins succeed again`],
    ],
  )
  assert.equal((await checkChain(sql, 'portal')).ok, true)
})

test('past switches are listed, the newest first: who, when, which door, how, until when and why', async () => {
  const { stdout, exitCode } = await sidep()
  assert.equal(exitCode, 0)
  const stamp = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/g
  const account = userInfo().username
  assert.deepEqual(
    stdout.split('Last switches, the newest first\n')[1]?.replace(stamp, 'TIME').trim().split('\n'),
    [
      `TIME  card  left to the probes by ${account}: sign-ins succeed again`,
      `TIME  ecps  left to the probes by ${account}: sign-ins succeed again`,
      'TIME  card  held open until TIME by m.durand: cards work in Lyon',
      'TIME  card  said down until TIME by m.durand: no sign-in succeeds since 15:30',
      'TIME  ecps  said down until TIME by m.durand: no sign-in succeeds since 15:30',
    ],
  )
  const { stdout: json } = await sidep('--json', '--last', '2')
  const { switches } = JSON.parse(json) as { switches: DoorSwitched[] }
  assert.deepEqual(
    switches.map(({ order }) => [order?.door, order?.to, order?.by, order?.reason, order?.endsAt]),
    [
      ['card', 'probes', account, 'sign-ins succeed again', null],
      ['ecps', 'probes', account, 'sign-ins succeed again', null],
    ],
  )
  assert.ok((switches[0]?.sequence ?? 0) > (switches[1]?.sequence ?? 0))
  assert.ok(!(await sidep('--last', '0')).stdout.includes('Last switches'))
})

test('a reason with colons is told whole, and a row of another form is told as it stands', async () => {
  const sql = database.pools.login
  const told = (
    await doors('--down', 'ecps', '--reason', 'PSC: 503 by 9: down', '--by', 'a by b')
  )[0]
  assert.equal(told?.switched?.reason, 'PSC: 503 by 9: down')
  await doors('--up', 'ecps', '--reason', 'end')
  await recordAct(sql, {
    siteId: 'portal',
    at: new Date(),
    act: 'door.switched',
    actor: null,
    subject: 'window ajar',
  })
  const { stdout } = await sidep('--last', '3')
  const lines = stdout.split('Last switches, the newest first\n')[1]?.trim().split('\n') ?? []
  assert.match(lines[0] ?? '', /Z {2}window ajar$/)
  assert.match(lines[2] ?? '', / said down until \S+ by a by b: PSC: 503 by 9: down$/)
  const { stdout: json } = await sidep('--json', '--last', '3')
  const { switches } = JSON.parse(json) as { switches: DoorSwitched[] }
  assert.deepEqual(
    switches.map(({ order }) => order && [order.by, order.reason]),
    [null, [userInfo().username, 'end'], ['a by b', 'PSC: 503 by 9: down']],
  )
})

test('a word without its reason, for an unknown door, too long or two at once is refused with 64 and changes nothing', async () => {
  for (const words of [
    ['--down', 'ecps'],
    ['--down', 'ecps', '--reason', ' '],
    ['--down', 'ecps', '--reason', 'x'.repeat(201)],
    ['--down', 'window', '--reason', 'x'],
    ['--down', '', '--reason', 'x'],
    ['--down', 'ecps', '--reason', 'x', '--by', ' '],
    ['--down', 'ecps', '--reason', 'x', '--hours', '0'],
    ['--down', 'ecps', '--reason', 'x', '--hours', '73'],
    ['--down', 'ecps', '--reason', 'x', '--hours', 'x'],
    ['--down', 'ecps', '--up', '--reason', 'x'],
    ['--down', 'ecps', '--reason', 'x', '--by', 'a: b'],
    ['--down', 'ecps', '--reason', 'x', '--last', '-1'],
    ['--last', '201'],
    ['--last', 'all'],
  ]) {
    assert.equal((await sidep(...words)).exitCode, 64, words.join(' '))
  }
  const switched = await database.pools.worker`select * from door_switch`
  assert.equal(switched.length, 0)
})
