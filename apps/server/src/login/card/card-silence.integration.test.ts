/** Connections that say nothing, and cards that need time: the first must not keep the second out. */
import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { until } from '../testing.ts'
import { openTlsPort, type RunningPort } from './card-server.ts'
import { type CardPortal, showCard, startCardPortal } from './testing.ts'

let door: CardPortal
let port: number
const sockets: Socket[] = []

before(async () => {
  door = await startCardPortal()
  port = Number(new URL(door.cardUrl).port)
})
after(async () => {
  for (const socket of sockets) socket.destroy()
  await door.close()
})

/** A connection that says nothing. @param localAddress any of loopback stands for an address of its own */
const silent = (to: number, localAddress: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port: to, host: '127.0.0.1', localAddress })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
    socket.on('error', () => undefined)
    socket.resume()
    sockets.push(socket)
  })

const isOpen = (socket: Socket): boolean => !socket.destroyed && !socket.readableEnded

const flood = async (addressOf: (index: number) => string): Promise<Socket[]> => {
  const held: Socket[] = []
  for (let index = 0; index < 1_000; index += 50) {
    const some = Array.from({ length: 50 }, (_, at) => silent(port, addressOf(index + at)))
    held.push(...(await Promise.all(some)))
  }
  return held
}

test('a card signs in while a thousand silent connections of many addresses are held', async () => {
  const held = await flood((index) => `127.0.0.${2 + Math.floor(index / 50)}`)
  const [oldest] = held
  const answer = await showCard(door.cardUrl, await door.card('pharmacist'), { method: 'POST' })
  assert.equal(answer.status, 200, answer.text)
  await until(() => oldest !== undefined && !isOpen(oldest))
  // It made room for one, not for all.
  assert.ok(held.filter(isOpen).length > 900)
})

test('a card signs in from the very address that a thousand silent connections come from', async () => {
  const held = await flood(() => '127.0.0.1')
  const answer = await showCard(door.cardUrl, await door.card('pharmacist'), { method: 'POST' })
  assert.equal(answer.status, 200, answer.text)
  await until(() => held.filter(isOpen).length <= 100)
})

/** The first flight of a real client. */
const helloBytes = async (changes: ConnectionOptions = {}): Promise<Buffer> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const heard = new Promise<Buffer>((resolve) =>
    server.once('connection', (socket) => socket.once('data', resolve)),
  )
  const client = connectTls({ port: address.port, host: '127.0.0.1', ...changes })
  client.on('error', () => undefined)
  const hello = await heard
  client.destroy()
  server.close()
  return hello
}

const bytesOf = (socket: Socket, count: number): Promise<void> =>
  until(() => socket.bytesRead >= count)

test('a card signs in, and one whose code is being typed goes on, while a thousand others are in the middle of a handshake', async () => {
  const hello = await helloBytes()
  // Somebody who types the code of their card since before the others came: their line hands the rest over later.
  let second: (() => void) | undefined
  const slowLine = createServer((from) => {
    const to = connect({ port, host: '127.0.0.1', localAddress: '127.0.1.1' })
    to.pipe(from)
    for (const socket of [from, to]) socket.on('error', () => undefined)
    from.once('data', (first) => {
      to.write(first)
      from.pause()
      second = () => from.pipe(to)
    })
  })
  await new Promise<void>((resolve) => slowLine.listen(0, '127.0.0.1', resolve))
  const address = slowLine.address()
  assert.ok(typeof address === 'object' && address !== null)
  const slow = connectTls({
    port: address.port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    maxVersion: 'TLSv1.2',
  })
  const secured = new Promise<void>((resolve, reject) => {
    slow.once('secureConnect', resolve)
    slow.once('error', reject)
  })
  await until(() => second !== undefined)

  const held = await flood((index) => `127.0.0.${2 + Math.floor(index / 50)}`)
  for (const socket of held) socket.write(hello)
  // Each is asked for its certificate, and says nothing more.
  for (const socket of held) if (isOpen(socket)) await bytesOf(socket, 500)
  const [oldest] = held
  const answer = await showCard(door.cardUrl, await door.card('pharmacist'), { method: 'POST' })
  assert.equal(answer.status, 200, answer.text)
  assert.ok(held.filter(isOpen).length > 900)
  assert.ok(oldest !== undefined && !isOpen(oldest))
  second?.()
  await secured
  slow.destroy()
  slowLine.close()
  for (const socket of held) socket.destroy()
})

test('a thousand that are through the handshake and ask for nothing make room too', async () => {
  const addressOf = (index: number) => `127.0.2.${1 + Math.floor(index / 50)}`
  const held: TLSSocket[] = []
  for (let index = 0; index < 1_000; index += 50) {
    const some = Array.from({ length: 50 }, (_, at) => index + at).map(
      (place) =>
        new Promise<TLSSocket>((resolve) => {
          const localAddress = addressOf(place)
          const line = connect({ port, host: '127.0.0.1', localAddress })
          const socket = connectTls({ socket: line, rejectUnauthorized: false }, () =>
            resolve(socket),
          )
          socket.on('error', () => undefined)
          socket.resume()
          sockets.push(socket)
        }),
    )
    held.push(...(await Promise.all(some)))
  }
  const answer = await showCard(door.cardUrl, await door.card('pharmacist'), { method: 'POST' })
  assert.equal(answer.status, 200, answer.text)
  for (const socket of held) socket.destroy()
})

test('who is asked for another ClientHello and says none is cut in time', async () => {
  const hasty = await hastyPort()
  try {
    const retried = await silent(hasty.port, '127.0.0.1')
    const asked = await silent(hasty.port, '127.0.0.1')
    // A share of a key for a group that we like less than another it names (RFC 8446 §4.1.4).
    retried.write(await helloBytes({ ecdhCurve: 'secp521r1:X25519' }))
    asked.write(await helloBytes())
    await until(() => retried.bytesRead > 0 && asked.bytesRead > 0)
    assert.ok(retried.bytesRead < 256, `${retried.bytesRead} bytes: not asked for another`)
    await until(() => !isOpen(retried))
    assert.ok(isOpen(asked), 'its card has time')
    // A port that closes waits for no card.
    const before = performance.now()
    await hasty.close()
    assert.ok(performance.now() - before < 10_000)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
})

/** A port of its own, with little patience. */
const hastyPort = async (): Promise<RunningPort> => {
  const environment = door.environment
  return openTlsPort(
    {
      host: '127.0.0.1',
      port: 0,
      files: {
        certificate: environment.CARD_TLS_CERTIFICATE ?? '',
        key: environment.CARD_TLS_KEY ?? '',
      },
      authorities: door.cards.authority.bundle,
      log: door.portal.server.platform.log,
      connectionsMax: 100,
      shareMax: 50,
      helloMilliseconds: 500,
      onHandshakeFailed: () => undefined,
    },
    (_, response) => response.end('seen'),
  )
}

test('who says no ClientHello in time is cut, also one that drips; who has said it may take longer', async () => {
  const hasty = await hastyPort()
  try {
    const mute = await silent(hasty.port, '127.0.0.1')
    const dripping = await silent(hasty.port, '127.0.0.1')
    dripping.write(Buffer.from([22]))
    // The card's owner types the code: what follows the ClientHello comes late.
    let second: (() => void) | undefined
    const slowLine = createServer((from) => {
      const to = connect(hasty.port, '127.0.0.1')
      to.pipe(from)
      for (const socket of [from, to]) socket.on('error', () => undefined)
      from.once('data', (hello) => {
        to.write(hello)
        from.pause()
        second = () => from.pipe(to)
      })
    })
    await new Promise<void>((resolve) => slowLine.listen(0, '127.0.0.1', resolve))
    const address = slowLine.address()
    assert.ok(typeof address === 'object' && address !== null)
    const client = connectTls({
      port: address.port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      maxVersion: 'TLSv1.2',
    })
    const secured = new Promise<void>((resolve, reject) => {
      client.once('secureConnect', resolve)
      client.once('error', reject)
    })
    await until(() => !isOpen(mute) && !isOpen(dripping))
    await until(() => second !== undefined)
    second?.()
    await secured
    client.destroy()
    slowLine.close()
  } finally {
    await hasty.close()
  }
})

test('the card port speaks authenticated encryption alone', async () => {
  const handshake = (ciphers: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connectTls(
        { port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2', ciphers },
        () => {
          resolve(socket.getCipher().name)
          socket.destroy()
        },
      )
      socket.once('error', reject)
    })
  for (const cbc of ['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA', 'AES128-SHA']) {
    await assert.rejects(handshake(`${cbc}:ECDHE-RSA-AES128-SHA256`), cbc)
  }
  assert.match(await handshake('ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256'), /GCM/)
})
