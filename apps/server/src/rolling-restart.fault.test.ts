/** Two processes behind HAProxy are restarted one after the other under load: nobody notices. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { ensureDebianPackages } from '../../../tools/src/debian.ts'
import { endProcess, machineClock, startServerProcess, temporaryFolder } from './fault-testing.ts'
import { startFaultyProxy } from './platform/faulty-proxy.ts'
import { freePort } from './platform/free-port.ts'
import { openTestDatabases } from './platform/test-databases.ts'
import { cookieForServersOn, sampleScreening } from './platform/testing.ts'

const folder = temporaryFolder('rolling')
const stack = new AsyncDisposableStack()
after(() => stack.disposeAsync())

/** As docs/operating/starting-and-stopping.md recommends, with shorter times. */
const haproxyConfiguration = (port: number, statisticsPort: number, servers: readonly number[]) => `
global
  maxconn 500
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout check 10s
frontend portal
  bind 127.0.0.1:${port}
  default_backend portals
frontend statistics
  bind 127.0.0.1:${statisticsPort}
  stats enable
  stats uri /
backend portals
  option httpchk GET /readyz
  http-check expect status 200
  default-server inter 200ms fall 1 rise 1
${servers.map((server) => `  server portal-${server} 127.0.0.1:${server} check`).join('\n')}
`

const startHaproxy = async (servers: readonly number[]) => {
  ensureDebianPackages(['haproxy'])
  const port = await freePort('127.0.0.1')
  const statisticsPort = await freePort('127.0.0.1')
  const file = join(folder, 'haproxy.cfg')
  writeFileSync(file, haproxyConfiguration(port, statisticsPort, servers))
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  stack.defer(() => endProcess(child, 'SIGKILL'))
  await once(child, 'spawn')
  const statusOf = async (server: number): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${statisticsPort}/;csv`).catch(() => null)
    const lines = (await answer?.text())?.split('\n') ?? []
    return lines.find((line) => line.startsWith(`portals,portal-${server},`))?.split(',')[17] ?? ''
  }
  return {
    port,
    async untilUp(server: number) {
      while ((await statusOf(server)) !== 'UP') await wait(50)
    },
  }
}

interface Load {
  readonly answered: number
  readonly failures: readonly string[]
  stop(): Promise<void>
}

/** Several counters, each with one request after the other on its connection. */
const startLoad = (port: number, cookie: string, counters: number): Load => {
  let isOver = false
  let answered = 0
  const failures: string[] = []
  const ask = async (number: number): Promise<void> => {
    const url = `http://127.0.0.1:${port}`
    const response = await (number % 2 === 0
      ? fetch(`${url}/api/catalogue`)
      : fetch(`${url}/api/screenings`, {
          method: 'POST',
          headers: { cookie, 'content-type': 'application/json' },
          body: JSON.stringify(sampleScreening({ clock: machineClock })),
        }))
    const text = await response.text()
    if (response.ok) answered += 1
    else failures.push(`${response.status} ${text.slice(0, 200)}`)
  }
  const work = async (first: number): Promise<void> => {
    for (let number = first; !isOver; number += 1) {
      await ask(number).catch((error: unknown) => failures.push(String(error)))
      await wait(20)
    }
  }
  const all = Promise.all(Array.from({ length: counters }, (_, index) => work(index)))
  return {
    get answered() {
      return answered
    },
    failures,
    async stop() {
      isOver = true
      await all
    },
  }
}

test('a rolling restart of two processes behind a load balancer fails nobody', {
  timeout: 240_000,
}, async () => {
  const databases = await openTestDatabases(folder)
  stack.defer(() => databases.close())
  const database = await databases.reach(0)
  const way = await startFaultyProxy(database.upstream)
  stack.defer(() => way.close())
  const environment = { DATABASE_URL: database.urlThrough(way.port), STOP_PAUSE_SECONDS: '3' }
  const cookie = await cookieForServersOn(folder, {}, environment)
  const ports = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
  const running = new Map<number, ChildProcess>()
  const start = async (port: number): Promise<void> => {
    running.set(port, await startServerProcess(folder, port, environment))
  }
  stack.defer(async () => {
    await Promise.all([...running.values()].map((child) => endProcess(child, 'SIGKILL')))
  })
  for (const port of ports) await start(port)
  const balancer = await startHaproxy(ports)
  for (const port of ports) await balancer.untilUp(port)

  const load = startLoad(balancer.port, cookie, 8)
  for (const port of ports) {
    const before = load.answered
    while (load.answered < before + 50 && load.failures.length === 0) await wait(20)
    const child = running.get(port)
    assert.ok(child)
    await endProcess(child, 'SIGTERM')
    assert.equal(child.exitCode, 0)
    await start(port)
    await balancer.untilUp(port)
  }
  await load.stop()
  assert.deepEqual(load.failures, [])
  assert.ok(load.answered > 100)
})
