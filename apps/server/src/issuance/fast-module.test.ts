import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFastModule } from './fast-module.ts'

const probesOf = (microseconds: (index: number) => number) => {
  let count = 0
  const probe = async (): Promise<number> => {
    count += 1
    return microseconds(count - 1)
  }
  return { probe, count: () => count }
}

test('a fast module on a busy machine is known by its one signature in time', async () => {
  const { probe, count } = probesOf((index) => (index < 20 ? 900 : 120))
  assert.equal(await isFastModule(probe), true)
  assert.equal(count(), 21)
})

test('a module that is never fast is given up soon, and the sooner the slower it is', async () => {
  const near = probesOf(() => 800)
  assert.equal(await isFastModule(near.probe), false)
  assert.equal(near.count(), 40)
  const far = probesOf(() => 30_000)
  assert.equal(await isFastModule(far.probe), false)
  assert.equal(far.count(), 4)
})
