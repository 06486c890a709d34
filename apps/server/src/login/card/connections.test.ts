import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { createConnections, readHello } from './connections.ts'

/** As much of a socket as is used before TLS. */
const fakeSocket = (remoteAddress: string) => {
  const socket = Object.assign(new EventEmitter(), {
    remoteAddress,
    destroyed: false,
    putBack: Buffer.alloc(0) as Buffer,
    destroy() {
      socket.destroyed = true
      socket.emit('close')
      return socket
    },
    pause: () => socket,
    unshift: (bytes: Buffer) => {
      socket.putBack = bytes
    },
  })
  return socket
}

const record = (length: number): Buffer =>
  Buffer.concat([Buffer.from([22, 3, 1, length >> 8, length & 255]), Buffer.alloc(length, 1)])

/** A port of few places, and what happened at it. */
const port = (connectionsMax: number, shareMax: number) => {
  const greeted: unknown[] = []
  let dropped = 0
  const connections = createConnections(
    { connectionsMax, shareMax, helloMilliseconds: 60_000 },
    (socket) => greeted.push(socket),
    () => {
      dropped += 1
    },
  )
  const open = (address: string) => {
    const socket = fakeSocket(address)
    connections.take(socket as unknown as Socket)
    return socket
  }
  /** One that says its ClientHello. */
  const speak = (address: string) => {
    const socket = open(address)
    socket.emit('data', record(200))
    return socket
  }
  return { connections, open, speak, greeted, dropped: () => dropped }
}

test('the ClientHello is there with its last byte, and what is no handshake is no hello', () => {
  const hello = record(517)
  for (const length of [0, 1, 4, 5, 521]) {
    assert.equal(readHello(hello.subarray(0, length)), null, String(length))
  }
  assert.equal(readHello(hello), 'hello')
  assert.equal(readHello(Buffer.from('GET / HTTP/1.1')), 'other')
  assert.equal(readHello(Buffer.from([22, 3, 1, 0xff, 0xff])), 'other')
  assert.equal(readHello(Buffer.from([22, 3, 1, 0, 0])), 'other')
})

test('who speaks is handed on whole, whatever pieces it came in', () => {
  const { open, greeted } = port(10, 10)
  const socket = open('192.0.2.1')
  const hello = record(300)
  for (const byte of hello) socket.emit('data', Buffer.from([byte]))
  assert.deepEqual(greeted, [socket])
  assert.deepEqual(socket.putBack, hello)
})

test('where all places are taken the oldest silent connection makes room, and none that has spoken', () => {
  const { connections, open, speak } = port(4, 4)
  const spoken = speak('192.0.2.1')
  const [first, second] = [open('192.0.2.2'), open('192.0.2.3')]
  open('192.0.2.4')
  const late = speak('192.0.2.5')
  assert.deepEqual(
    [spoken, first, second, late].map(({ destroyed }) => destroyed),
    [false, true, false, false],
  )
  speak('192.0.2.6')
  speak('192.0.2.7')
  assert.equal(connections.held, 4)
  // Nobody is silent any more: whoever comes now finds no place.
  assert.equal(open('192.0.2.8').destroyed, true)
  assert.equal(spoken.destroyed, false)
})

test('an address holds its share: its own oldest silent connection goes, nobody else’s', () => {
  const { open, speak } = port(100, 2)
  const other = open('192.0.2.9')
  const first = open('192.0.2.1')
  speak('192.0.2.1')
  speak('192.0.2.1')
  assert.equal(first.destroyed, true)
  assert.equal(other.destroyed, false)
  assert.equal(open('192.0.2.1').destroyed, true)
  assert.equal(open('192.0.2.2').destroyed, false)
})

test('a place is free again once its connection closes', () => {
  const { connections, speak } = port(100, 2)
  const first = speak('192.0.2.1')
  speak('192.0.2.1')
  assert.equal(speak('192.0.2.1').destroyed, true)
  first.emit('close')
  assert.equal(speak('192.0.2.1').destroyed, false)
  assert.equal(connections.held, 2)
})

test('one line of IPv6 is one address, and IPv4 is the same however it is written', () => {
  const { speak } = port(100, 2)
  speak('2001:db8:1:2::1')
  speak('2001:db8:1:2:ffff::2')
  assert.equal(speak('2001:db8:1:2:3:4:5:6').destroyed, true)
  assert.equal(speak('2001:db8:1:3::1').destroyed, false)
  speak('::ffff:192.0.2.1')
  speak('192.0.2.1')
  assert.equal(speak('192.0.2.1').destroyed, true)
})

test('what speaks anything but TLS is cut at once', () => {
  const { open, greeted, dropped } = port(10, 10)
  const socket = open('192.0.2.1')
  socket.emit('data', Buffer.from('GET /login/card HTTP/1.1\r\n'))
  assert.equal(socket.destroyed, true)
  assert.equal(dropped(), 1)
  assert.equal(greeted.length, 0)
})
