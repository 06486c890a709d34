import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTestDatabase } from '../platform/test-databases.ts'
import { locks, whenAlone } from './single-run.ts'

const database = await openTestDatabase()
after(() => database.close())
const { worker, login } = database.pools

test('all jobs of a process at once leave the pool to their work', async () => {
  const all = Object.values(locks)
  const begun: bigint[] = []
  let goOn = (): void => {}
  const allBegun = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const answers = await Promise.all(
    all.map((lock) =>
      whenAlone(worker, lock, async () => {
        begun.push(lock)
        if (begun.length === all.length) goOn()
        await allBegun
        const [row] = await worker<{ one: number }[]>`select 1 as one`
        return row?.one
      }),
    ),
  )
  assert.deepEqual(
    answers,
    all.map(() => 1),
  )
})

test('what one is at another does not begin, in the same pool or another, and the next may', async () => {
  const inside = await whenAlone(worker, locks.heads, async () => [
    await whenAlone(worker, locks.heads, async () => 'twice'),
    await whenAlone(login, locks.heads, async () => 'elsewhere'),
    await whenAlone(worker, locks.filters, async () => 'another'),
  ])
  assert.deepEqual(inside, [null, null, 'another'])
  assert.equal(await whenAlone(login, locks.heads, async () => 'next'), 'next')
})

test('work that fails gives its lock back', async () => {
  const failing = whenAlone(worker, locks.heads, () => Promise.reject(new Error('no')))
  await assert.rejects(failing, /no/)
  assert.equal(await whenAlone(login, locks.heads, async () => 'next'), 'next')
})
