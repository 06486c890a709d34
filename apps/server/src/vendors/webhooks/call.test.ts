/** Addresses that mean harm: they are slow, send without end, or lead inside. Each costs its time and no more. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { makeCaller } from './call.ts'

const millisecondsMax = 600
const event = {
  id: '750712184.1',
  type: 'screening.withdrawn',
  occurredAt: '2021-08-13T13:40:00.000Z',
  site: '750712184',
  screening: '017b3f50-0000-7000-8000-000000000001',
} as const
const signer = {
  keyId: new Uint8Array(8),
  sign: async () => new Uint8Array(64),
} as unknown as Parameters<ReturnType<typeof makeCaller>['tell']>[2]

const every = (milliseconds: number, socket: Socket, write: () => void): void => {
  const timer = setInterval(write, milliseconds)
  socket.once('close', () => clearInterval(timer))
}
/** Until whoever reads has enough. */
const endlessly = (socket: Socket, text: string): void => {
  const write = (): void => {
    while (!socket.destroyed && socket.write(text));
    if (!socket.destroyed) socket.once('drain', write)
  }
  write()
}

const behaviours: Readonly<Record<string, (socket: Socket) => void>> = {
  '/silent': () => undefined,
  '/slow-head': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nx-slow: ')
    every(20, socket, () => socket.write('x'))
  },
  '/slow-body': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n')
    every(20, socket, () => socket.write('x'))
  },
  '/continues': (socket) => every(5, socket, () => socket.write('HTTP/1.1 102 Processing\r\n\r\n')),
  '/endless-head': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    endlessly(socket, `x-more: ${'x'.repeat(8_000)}\r\n`)
  },
  '/endless-body': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    endlessly(socket, 'x'.repeat(64 * 1024))
  },
  '/huge': (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4000000000\r\n\r\n'),
  '/nonsense': (socket) => socket.end('\x16\x03\x01 hello'),
  '/cut': (socket) => socket.destroy(),
  '/moved': (socket) =>
    socket.end(
      'HTTP/1.1 307 Temporary Redirect\r\nlocation: http://169.254.169.254/latest/meta-data\r\ncontent-length: 0\r\n\r\n',
    ),
  '/inside': (socket) =>
    socket.end('HTTP/1.1 302 Found\r\nlocation: /taken\r\ncontent-length: 0\r\n\r\n'),
  '/taken': (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'),
}

const asked: string[] = []
let connections = 0
let written = 0
const server = createServer((socket) => {
  connections += 1
  socket.on('error', () => undefined)
  socket.once('close', () => {
    written = Math.max(written, socket.bytesWritten)
  })
  socket.once('data', (chunk) => {
    const path = /^POST (\S+)/.exec(chunk.toString())?.[1] ?? ''
    asked.push(path)
    behaviours[path]?.(socket)
  })
})
let url = ''
let port = 0
const caller = makeCaller(true, { millisecondsMax })
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  url = `http://127.0.0.1:${port}`
})
after(async () => {
  await caller.close()
  server.close()
})
const tell = (path: string) => caller.tell(`${url}${path}`, event, signer, new Date())

const outcomes: Readonly<Record<string, RegExp>> = {
  '/silent': /^(?:TIMEOUT|UND_ERR_HEADERS_TIMEOUT)$/,
  '/slow-head': /^(?:TIMEOUT|UND_ERR_HEADERS_TIMEOUT)$/,
  // It has said so; what follows is waited for no longer.
  '/slow-body': /^taken$/,
  '/continues': /^(?:TIMEOUT|UND_ERR_HEADERS_TIMEOUT)$/,
  '/endless-head': /^[A-Z_]+$/,
  '/nonsense': /^[A-Z_]+$/,
  '/cut': /^[A-Z_]+$/,
  '/moved': /^HTTP_307$/,
  '/inside': /^HTTP_302$/,
}
for (const [path, outcome] of Object.entries(outcomes)) {
  test(`an address that answers as ${path} is told of in its time, and followed nowhere`, async () => {
    const begun = performance.now()
    assert.match((await tell(path)) ?? 'taken', outcome)
    // The signal, and the room of a machine that is busy.
    assert.ok(performance.now() - begun < millisecondsMax + 5_000)
  })
}

test('an answer without end is not read to it', async () => {
  for (const path of ['/endless-body', '/huge']) await tell(path)
  assert.ok(written < 32 * 1024 * 1024, `${written} bytes`)
})

test('a redirect is not followed, not even on the same host', () => {
  assert.ok(asked.includes('/inside') && !asked.includes('/taken'))
})

test('who is slow at the address of another keeps nobody else from it', async () => {
  const slow = tell('/silent')
  while (asked.at(-1) !== '/silent') await new Promise((resolve) => setImmediate(resolve))
  assert.equal(await tell('/taken'), null)
  await slow
})

test('a name of this machine is not connected to, whenever it is one', async () => {
  const before = connections
  for (const address of ['127.0.0.1', '::1', '169.254.169.254', '10.0.0.1', '::ffff:127.0.0.1']) {
    const lookup = ((_name: string, _options: object, done: (...given: unknown[]) => void) =>
      done(null, [{ address, family: address.includes(':') ? 6 : 4 }])) as never
    const outside = makeCaller(false, { lookup, millisecondsMax })
    const failure = await outside.tell(
      `https://editeur.example:${port}/taken`,
      event,
      signer,
      new Date(),
    )
    await outside.close()
    assert.equal(failure, 'ADDRESS_PRIVATE', address)
  }
  const outside = makeCaller(false, { millisecondsMax })
  for (const address of [
    `https://127.0.0.1:${port}/taken`,
    `http://editeur.example:${port}/`,
    `https://[::1]:${port}/`,
  ])
    assert.equal(await outside.tell(address, event, signer, new Date()), 'ADDRESS_PRIVATE', address)
  await outside.close()
  assert.equal(connections, before)
})
