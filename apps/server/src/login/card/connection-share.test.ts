import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { shareConnections } from './connection-share.ts'

/** As much of a socket as the listener uses. */
const fakeSocket = (remoteAddress: string) => {
  const socket = Object.assign(new EventEmitter(), {
    remoteAddress,
    destroyed: false,
    destroy() {
      socket.destroyed = true
      return socket
    },
  })
  return socket
}

test('an address that holds its share gets no more until one of its connections closes', () => {
  const listen = shareConnections(2)
  const open = (address: string) => {
    const socket = fakeSocket(address)
    listen(socket as unknown as Socket)
    return socket
  }
  const first = open('192.0.2.1')
  open('192.0.2.1')
  assert.equal(open('192.0.2.1').destroyed, true)
  assert.equal(open('192.0.2.2').destroyed, false)
  first.emit('close')
  assert.equal(open('192.0.2.1').destroyed, false)
  assert.equal(open('192.0.2.1').destroyed, true)
})
