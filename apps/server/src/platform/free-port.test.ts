import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { freePort } from './free-port.ts'

test('a wished port is given when free, another one when taken', async () => {
  const wished = await freePort('127.0.0.1')
  assert.equal(await freePort('127.0.0.1', wished), wished)
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(wished, '127.0.0.1', resolve))
  const other = await freePort('127.0.0.1', wished)
  assert.notEqual(other, wished)
  await new Promise((resolve) => taken.close(resolve))
})
