import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
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

const askedBy = (count: number): Promise<readonly number[]> =>
  new Promise((resolve, reject) => {
    const script = `
      import { freePort } from ${JSON.stringify(new URL('./free-port.ts', import.meta.url).href)}
      const ports = []
      for (let i = 0; i < ${count}; i++) ports.push(await freePort('127.0.0.1'))
      console.log(JSON.stringify(ports))`
    execFile(process.execPath, ['--input-type=module', '--eval', script], (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    )
  })

test('processes that ask at once are given different ports, and none that an outgoing connection may take', async () => {
  const ports = (await Promise.all([askedBy(8), askedBy(8), askedBy(8)])).flat()
  assert.equal(new Set(ports).size, 24)
  for (const port of ports) assert.ok(port > 10_080 && port < 32_768, `${port}`)
})
