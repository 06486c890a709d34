/** Connections that say nothing, and cards that need time: the first must not keep the second out. */
import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
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
