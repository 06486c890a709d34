/** What the driver does with what waits, and that nothing of it is lost or run late. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import postgres, { type Sql, type TransactionSql } from 'postgres'
import { temporaryFolder } from '../fault-testing.ts'
import { makeSockets } from './database-socket.ts'
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts'
import { makeLostConnections } from './lost-connections.ts'
import { type GuardedPool, withQueueDeadline } from './queue-deadline.ts'
import { openTestDatabases } from './test-databases.ts'

const folder = temporaryFolder('queue-deadline')
const stack = new AsyncDisposableStack()
after(() => stack.disposeAsync())

const deadlineMilliseconds = 2_000
const connections = 2
const pace = { pauseMillisecondsMin: 10, pauseMillisecondsMax: 50 }

let proxy: FaultyProxy
let pool: Sql

before(async () => {
  const databases = await openTestDatabases(folder)
  stack.defer(() => databases.close())
  const database = await databases.reach(0)
  proxy = await startFaultyProxy(database.upstream)
  stack.defer(() => proxy.close())
  const ended = new AbortController()
  const options = {
    max: connections,
    connect_timeout: 5,
    backoff: () => 0,
    socket: makeSockets(0, ended.signal, () => 0, pace),
    onnotice: () => {},
  }
  const open = (max: number): GuardedPool => {
    const lost = makeLostConnections()
    const url = database.urlThrough(proxy.port)
    return { pool: postgres(url, { ...options, max, onclose: lost.onclose }), lost }
  }
  const driver = open(connections)
  stack.defer(async () => {
    await driver.pool.end({ timeout: 1 })
    ended.abort()
  })
  pool = withQueueDeadline(driver, () => open(1), {
    name: 'test',
    queueMilliseconds: deadlineMilliseconds,
    answerMilliseconds: 60_000,
  })
  await pool`create table kept (number integer)`
})

beforeEach(async () => {
  proxy.become('none')
  await untilAnswered()
  await pool`truncate kept`
})

const codeOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
    return 'answered'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

/** A pool may be pausing between two attempts: the first queries after a fault may still be late. */
const untilAnswered = async (): Promise<void> => {
  while ((await codeOf(pool`select 1`)) !== 'answered') await wait(20)
}

/** How many connections one sees in work, itself among them; it waits a while for the others. */
const meet = async (sql: TransactionSql): Promise<number> => {
  await sql`select pg_advisory_xact_lock_shared(7)`
  let seen = 0
  for (let looks = 0; looks < 50 && seen < connections; looks += 1) {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from pg_locks where locktype = 'advisory' and objid = 7
      and database = (select oid from pg_database where datname = current_database())`
    seen = row?.count ?? 0
    await wait(10)
  }
  return seen
}

/** Ends once all connections of the pool were in work at the same time; with one lost it never does. */
const useAllConnections = async (): Promise<void> => {
  for (;;) {
    const all = Array.from({ length: connections }, () => pool.begin(meet).catch(() => 0))
    if ((await Promise.all(all)).includes(connections)) return
  }
}

for (const fault of ['close', 'hold'] as const) {
  test(`a query that waits longer than its deadline fails, and is not run later (${fault})`, {
    timeout: 60_000,
  }, async () => {
    proxy.become(fault)
    const late = Array.from(
      { length: 20 },
      (_, number) => pool`insert into kept values (${number})`,
    )
    const codes = await Promise.all(late.map(codeOf))
    // Those whose connection was cut under them are told so at once.
    const expected = ['57014', 'CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE']
    assert.ok(
      codes.every((code) => expected.includes(String(code))),
      String(codes),
    )
    assert.ok(codes.includes('57014'))
    proxy.become('none')
    await useAllConnections()
    const [row] = await pool`select count(*)::int as count from kept`
    assert.equal(row?.count, 0)
  })

  test(`a transaction that waits longer than its deadline fails, and is never begun (${fault})`, {
    timeout: 60_000,
  }, async () => {
    proxy.become(fault)
    let begun = 0
    const late = Array.from({ length: 6 }, () =>
      pool.begin(async (sql) => {
        begun += 1
        await sql`insert into kept values (1)`
      }),
    )
    const codes = await Promise.all(late.map(codeOf))
    assert.ok(codes.includes('57014'), String(codes))
    proxy.become('none')
    await useAllConnections()
    assert.equal(begun, 0)
  })

  test(`reserving a connection while none can be made costs the pool nothing (${fault})`, {
    timeout: 60_000,
  }, async () => {
    proxy.become(fault)
    const codes = await Promise.all(Array.from({ length: 4 }, () => codeOf(pool.reserve())))
    assert.ok(!codes.includes('answered'), String(codes))
    proxy.become('none')
    await useAllConnections()
    const reserved = await pool.reserve()
    assert.deepEqual([...(await reserved`select 1 as one`)], [{ one: 1 }])
    reserved.release()
  })
}

/** Two transactions on two connections, which are then cut: under the one while a statement is under way. */
const cutTransactions = async (): Promise<unknown[]> => {
  let begun = 0
  let isLost: () => void = () => {}
  const loss = new Promise<void>((resolve) => {
    isLost = resolve
  })
  const cutWhenBegun = (): void => {
    begun += 1
    if (begun === connections) setTimeout(() => proxy.become('none'), 50)
  }
  const busy = pool.begin(async (sql) => {
    cutWhenBegun()
    await sql`select pg_sleep(5)`
  })
  const idle = pool.begin(async (sql) => {
    await sql`insert into kept values (1)`
    cutWhenBegun()
    await loss
    // Tried again and again, as code that handles errors by itself does.
    for (let tries = 0; tries < 3; tries += 1) await codeOf(sql`insert into kept values (2)`)
    await sql`insert into kept values (3)`
  })
  return Promise.all([codeOf(busy.finally(isLost)), codeOf(idle)])
}

test('a connection lost in the middle of a transaction fails that transaction and nothing else', {
  timeout: 60_000,
}, async () => {
  for (let round = 0; round < 3; round += 1) {
    await useAllConnections()
    for (const code of await cutTransactions()) {
      assert.ok(code === 'CONNECTION_CLOSED' || code === 'ECONNRESET', String(code))
    }
  }
  await useAllConnections()
  const [row] = await pool`select count(*)::int as count from kept`
  assert.equal(row?.count, 0)
})

test('a reserved connection that was lost fails what is asked on it at once', {
  timeout: 60_000,
}, async () => {
  const reserved = await pool.reserve()
  await reserved`select 1`
  const underWay = codeOf(reserved`select pg_sleep(5)`)
  setTimeout(() => proxy.become('none'), 100)
  const code = await underWay
  assert.ok(['CONNECTION_CLOSED', 'ECONNRESET'].includes(String(code)), String(code))
  assert.equal(await codeOf(reserved`select 1`), 'CONNECTION_CLOSED')
  assert.equal(await codeOf(reserved.unsafe('select 1')), 'CONNECTION_CLOSED')
  reserved.release()
  await useAllConnections()
})

test('what a reserved connection has still to send when it is lost fails too', {
  timeout: 60_000,
}, async () => {
  const reserved = await pool.reserve()
  // The driver keeps the second until the first, whose parameters it does not know yet, is described.
  const asked = [1, 2].map((number) => codeOf(reserved`select pg_sleep(5), ${number}::int`))
  setTimeout(() => proxy.become('none'), 100)
  for (const code of await Promise.all(asked))
    assert.ok(['CONNECTION_CLOSED', 'ECONNRESET'].includes(String(code)), String(code))
  reserved.release()
  await useAllConnections()
})

test('fragments, helpers, cursors and unsafe text work as they do on the driver’s own pool', async () => {
  const even = pool`number % 2 = 0`
  await pool`insert into kept ${pool([{ number: 1 }, { number: 2 }])}`
  assert.deepEqual([...(await pool`select number from kept where ${even}`)], [{ number: 2 }])
  assert.deepEqual([...(await pool.unsafe('select $1::int as one', [1]))], [{ one: 1 }])
  const seen: number[] = []
  for await (const rows of pool<{ number: number }[]>`select number from kept order by 1`.cursor(
    1,
  )) {
    seen.push(...rows.map(({ number }) => number))
  }
  assert.deepEqual(seen, [1, 2])
  // A fragment that was never run is not the deadline's business.
  await wait(deadlineMilliseconds * 3)
})
