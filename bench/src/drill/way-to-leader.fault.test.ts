/** The way to the database that deploy/patroni gives each host: a real HAProxy from that file, before three stand-ins for nodes. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { ensureDebianPackages } from '../../../tools/src/debian.ts'
import { makeProcess, thisMachine } from './host.ts'
import { deployFile } from './portals.ts'

before(() => ensureDebianPackages(['haproxy']))

/** Of this machine alone, one a node: in the file all three have the same ports. */
const addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4'] as const

const listen = async (server: Server, port: number, address: string): Promise<void> => {
  server.listen(port, address)
  await once(server, 'listening')
}

/** What HAProxy and the database's clients see of a node: Patroni's word, and a database that says its name. */
const startNode = async (address: string, ports: { patroni: number; postgres: number }) => {
  const asked: string[] = []
  const clients = new Set<Socket>()
  let isLeader = false
  const patroni = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (request) => {
      const [line = ''] = String(request).split('\r\n')
      asked.push(line)
      // As Debian's answers OPTIONS and HEAD.
      socket.end(`HTTP/1.0 ${isLeader ? '200 OK' : '503 Service Unavailable'}\r\n\r\n`)
    })
  })
  const database = createServer((socket) => {
    clients.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => clients.delete(socket))
    socket.write(address)
  })
  await listen(patroni, ports.patroni, address)
  await listen(database, ports.postgres, address)
  return {
    asked,
    lead(now: boolean) {
      isLeader = now
    },
    close() {
      for (const client of clients) client.destroy()
      patroni.close()
      database.close()
    },
  }
}

/** @returns which node answers, and the connection; null when none does */
const whoAnswers = async (port: number): Promise<{ name: string; socket: Socket } | null> => {
  const socket = connect(port, '127.0.0.1')
  const name = await Promise.race([
    once(socket, 'data').then(([data]) => String(data)),
    once(socket, 'close').then(() => null),
  ]).catch(() => null)
  if (name !== null) return { name, socket }
  socket.destroy()
  return null
}

const untilAnswers = async (port: number, name: string): Promise<Socket> => {
  for (;;) {
    const answer = await whoAnswers(port)
    if (answer?.name === name) return answer.socket
    answer?.socket.destroy()
    await wait(50)
  }
}

test('the way to the database follows whom Patroni names, cuts who is connected to one that leads no more, and asks for a status line alone', {
  timeout: 60_000,
}, async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'sidep-way-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const way = await freePort('127.0.0.1')
  const patroni = await freePort(addresses[0])
  const postgres = await freePort(addresses[0])
  const nodes = await Promise.all(
    addresses.map((address) => startNode(address, { patroni, postgres })),
  )
  stack.defer(() => {
    for (const node of nodes) node.close()
  })
  const [, second, third] = nodes
  const configuration = join(folder, 'haproxy.cfg')
  const given = await readFile(deployFile('haproxy-database.cfg'), 'utf8')
  await writeFile(
    configuration,
    given
      .replaceAll('127.0.0.1:5000', `127.0.0.1:${way}`)
      .replaceAll(':5432', `:${postgres}`)
      .replaceAll('port 8008', `port ${patroni}`),
  )
  const haproxy = makeProcess({
    name: 'haproxy',
    host: thisMachine,
    command: ['haproxy', '-db', '-f', configuration],
    environment: Object.fromEntries(
      addresses.map((address, index) => [`NODE_${index + 1}`, address]),
    ),
    log: join(folder, 'haproxy.log'),
    isUp: async () => true,
  })
  stack.defer(() => haproxy.end('SIGKILL'))

  second?.lead(true)
  await haproxy.start()
  // It takes each for one that leads until it was told twice that it does not.
  while (nodes.some(({ asked }) => asked.length < 3)) await wait(50)
  const connected = await untilAnswers(way, addresses[1])
  // By a reset or in good order.
  const isCut = new Promise((resolve) =>
    connected.on('error', resolve).on('close', resolve).resume(),
  )
  second?.lead(false)
  third?.lead(true)
  await isCut
  const next = await untilAnswers(way, addresses[2])
  next.destroy()

  // A whole answer is reset while Patroni writes it, and each time it logs a stack of fifty lines.
  assert.deepEqual(
    nodes.map(({ asked }) => [...new Set(asked)]),
    addresses.map(() => ['OPTIONS /primary HTTP/1.0']),
  )
})
