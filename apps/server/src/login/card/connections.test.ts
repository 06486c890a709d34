import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { after, test } from 'node:test'
import { makeConnections, readHello } from './connections.ts'

let ports = 0
const opened: { destroy(): unknown }[] = []
// The time of those that never spoke would hold the process for a minute.
after(() => {
  for (const socket of opened) socket.destroy()
})

/** As much of a socket as is used before TLS. */
const fakeSocket = (remoteAddress: string) => {
  ports += 1
  const socket = Object.assign(new EventEmitter(), {
    remoteAddress,
    remotePort: ports,
    bytesWritten: 0,
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
  const connections = makeConnections(
    { connectionsMax, shareMax, helloMilliseconds: 60_000 },
    (socket) => greeted.push(socket),
    () => {
      dropped += 1
    },
  )
  const open = (address: string) => {
    const socket = fakeSocket(address)
    opened.push(socket)
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
  // Nobody is silent any more: the oldest of those in the middle of a handshake makes room.
  assert.equal(spoken.destroyed, false)
  assert.equal(open('192.0.2.8').destroyed, false)
  assert.equal(spoken.destroyed, true)
})

test('of those in the middle of a handshake the oldest of the address that holds most makes room; then idle ones; nobody who is answered', () => {
  const { connections, speak } = port(4, 4)
  const typing = speak('192.0.2.1')
  const [first, second, third] = [1, 2, 3].map(() => speak('192.0.2.2'))
  assert.ok(first && second && third)
  const card = speak('192.0.2.3')
  assert.deepEqual(
    [typing, first, second, third, card].map(({ destroyed }) => destroyed),
    [false, true, false, false, false],
  )
  for (const one of [typing, card]) connections.asked(one)
  for (const one of [second, third]) connections.secured(one)
  const handshaking = speak('192.0.2.4')
  assert.deepEqual([second.destroyed, third.destroyed], [true, false])
  connections.asked(handshaking)
  const last = speak('192.0.2.5')
  assert.equal(third.destroyed, true)
  connections.asked(last)
  assert.equal(speak('192.0.2.6').destroyed, true, 'all four are being answered')
  assert.equal(connections.held, 4)
})

test('an address holds its share: its own oldest goes, a silent one first, nobody else’s', () => {
  const { open, speak } = port(100, 2)
  const other = open('192.0.2.9')
  const first = open('192.0.2.1')
  const [spoken, later] = [speak('192.0.2.1'), speak('192.0.2.1')]
  assert.deepEqual(
    [first, spoken, other].map(({ destroyed }) => destroyed),
    [true, false, false],
  )
  assert.equal(open('192.0.2.1').destroyed, false)
  assert.deepEqual([spoken.destroyed, later.destroyed], [true, false])
  assert.equal(open('192.0.2.2').destroyed, false)
})

test('a place is free again once its connection closes', () => {
  const { connections, speak } = port(100, 2)
  const first = speak('192.0.2.1')
  for (const one of [first, speak('192.0.2.1')]) connections.asked(one)
  assert.equal(speak('192.0.2.1').destroyed, true)
  first.emit('close')
  assert.equal(speak('192.0.2.1').destroyed, false)
  assert.equal(connections.held, 2)
})

test('one line of IPv6 is one address, and IPv4 is the same however it is written', () => {
  const { speak } = port(100, 2)
  const first = speak('2001:db8:1:2::1')
  speak('2001:db8:1:2:ffff::2')
  speak('2001:db8:1:3::1')
  assert.equal(first.destroyed, false)
  speak('2001:db8:1:2:3:4:5:6')
  assert.equal(first.destroyed, true)
  const mapped = speak('::ffff:192.0.2.1')
  speak('192.0.2.1')
  assert.equal(mapped.destroyed, false)
  speak('192.0.2.1')
  assert.equal(mapped.destroyed, true)
})

test('what speaks anything but TLS is cut at once', () => {
  const { open, greeted, dropped } = port(10, 10)
  const socket = open('192.0.2.1')
  socket.emit('data', Buffer.from('GET /login/card HTTP/1.1\r\n'))
  assert.equal(socket.destroyed, true)
  assert.equal(dropped(), 1)
  assert.equal(greeted.length, 0)
})
