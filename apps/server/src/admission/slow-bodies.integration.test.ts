/** Strangers who send their bodies drop by drop. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { startTestCluster, type TestCluster, type TestPortal } from '../platform/testing.ts'

let cluster: TestCluster
let portal: TestPortal
const sockets: Socket[] = []
before(async () => {
  cluster = await startTestCluster()
  portal = await cluster.portal({ environment: { ADMISSION_CONCURRENCY_MAX: '10' } })
})
after(async () => {
  for (const socket of sockets) socket.destroy()
  await cluster.close()
})

const half = (path: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: portal\r\ncontent-type: application/json\r\ncontent-length: 80\r\n\r\n{`

for (const [path, body, code] of [
  ['/api/retrieval', { code: 'A'.repeat(32), birthDate: '1980-02-29' }, 'RETRIEVAL_NOT_FOUND'],
  ['/login/ecps/backchannel/poll', { ticket: 'a'.repeat(32) }, 'LOGIN_STATE_INVALID'],
] as const) {
  test(`a hundred who never end their body at ${path} keep nobody out`, async () => {
    for (let count = 0; count < 100; count += 1) {
      const socket = connect(portal.server.port, '127.0.0.1')
      socket.on('error', () => undefined).resume()
      sockets.push(socket)
      await once(socket, 'connect')
      socket.write(half(path))
    }
    // Until the server has taken the last of them.
    assert.equal((await portal.send('GET', '/healthz')).status, 200)
    const reply = await portal.send('POST', path, body)
    assert.equal(reply.code, code, reply.text)
  })
}
