/**
 * Three hosts that fail over, each a network namespace with everything of its own, as docs/operating/failover.md sets them up; and
 * on this machine, beside them, the load balancer before the portals and the counters.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, cpSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import postgres from 'postgres'
import { endOnSignal } from '../end-on-signal.ts'
import { openCounters } from '../signed-sessions.ts'
import { ensurePrograms, requireRoot } from './debian-programs.ts'
import { answersWell } from './host.ts'
import { type Network, openNetwork } from './namespaces.ts'
import { makeNode, type PatroniNode, ports } from './patroni-node.ts'
import { balancerProcess, type Common, type Settings } from './portals.ts'
import type { World } from './world.ts'

export interface ThreeHosts extends World {
  readonly nodes: readonly PatroniNode[]
  readonly network: Network
  /** @throws when none leads within half a minute */
  leader(): Promise<PatroniNode>
  /** One leads, two follow, one of them in step, every portal is ready. @throws when it does not come to that */
  untilWhole(): Promise<void>
}

export interface ThreeHostsOptions {
  readonly counters?: number
  readonly random: () => number
  /** Of a portal beyond the usual, by its number from 1. */
  readonly portalSettings?: (number: number) => Settings
}

const databaseUser = 'sidep'
const databaseName = 'sidep'
const pollMilliseconds = 100
const leaderMillisecondsMax = 30_000
/** Patience with a machine that is busy with other work: what is not whole by then is given up. */
const wholeMillisecondsMax = 240_000

const until = async (
  what: string,
  millisecondsMax: number,
  isSo: () => Promise<boolean>,
): Promise<void> => {
  const end = performance.now() + millisecondsMax
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${millisecondsMax / 1_000} s`)
    await wait(pollMilliseconds)
  }
}

/** One of them says that it leads, all say that it does, all run, and one is in step. */
const isWhole = async (nodes: readonly PatroniNode[]): Promise<boolean> => {
  const isLeading = await Promise.all(nodes.map((node) => node.isLeader()))
  if (isLeading.filter(Boolean).length !== 1) return false
  const name = nodes[isLeading.indexOf(true)]?.name
  const seen = await Promise.all(nodes.map((node) => node.members()))
  return seen.every(
    (members) =>
      members?.length === nodes.length &&
      members.every(({ state }) => state === 'running' || state === 'streaming') &&
      members.some((member) => member.role === 'leader' && member.name === name) &&
      members.filter(({ role }) => role === 'sync_standby').length === 1,
  )
}

/** What a node that stood still says first is what it knew before: longer than any of them believes that. */
const steadyMilliseconds = 3_000

const untilSteady = async (nodes: readonly PatroniNode[]): Promise<void> => {
  let since = performance.now()
  await until('three nodes', wholeMillisecondsMax, async () => {
    if (!(await isWhole(nodes))) since = performance.now()
    return performance.now() - since > steadyMilliseconds
  })
}

/** What everything said, where SIDEP_DRILL_LOGS names a folder for it. */
const keepLogs = (folder: string): void => {
  const kept = process.env.SIDEP_DRILL_LOGS
  if (kept === undefined) return
  cpSync(folder, kept, {
    recursive: true,
    filter: (path) => path === folder || path.endsWith('.log'),
  })
}

export const startThreeHosts = async ({
  counters: counterCount = 60,
  random,
  portalSettings = () => ({}),
}: ThreeHostsOptions): Promise<ThreeHosts> => {
  requireRoot()
  ensurePrograms([
    ...['iproute2', 'nftables', 'etcd-server', 'python3-etcd', 'patroni', 'haproxy'],
    'postgresql-15',
  ])
  const stack = new AsyncDisposableStack()
  const close = endOnSignal(() => stack.disposeAsync())
  try {
    const folder = await mkdtemp(join(tmpdir(), 'sidep-drill-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    stack.defer(() => keepLogs(folder))
    // PostgreSQL runs as a user of its own and has to pass.
    chmodSync(folder, 0o711)
    const network = openNetwork(3, random)
    stack.defer(() => network.close())
    const publicUrl = `http://${network.address}:${ports.portal}`
    const secret = (): string => randomBytes(18).toString('base64url')
    const password = secret()
    const secrets = { superuser: secret(), replication: secret() }
    const common: Common = {
      folder,
      settings: {
        DATABASE_URL: `postgres://${databaseUser}:${password}@127.0.0.1:5000/${databaseName}`,
        PUBLIC_URL: publicUrl,
        TRUSTED_PROXIES: network.address,
        // Sessions are not renewed here; a drill may take longer than they would last.
        SESSION_RENEWAL_MINUTES: '60',
        STOP_PAUSE_SECONDS: '3',
      },
    }
    const nodes = network.hosts.map((host, index) =>
      makeNode(common, host, network.hosts, secrets, portalSettings(index + 1)),
    )
    stack.defer(async () => {
      for (const host of network.hosts) host.plug()
      await Promise.all(nodes.map((node) => node.die()))
    })

    const leader = async (): Promise<PatroniNode> => {
      let found: PatroniNode | undefined
      await until('a leader', leaderMillisecondsMax, async () => {
        const isLeading = await Promise.all(nodes.map((node) => node.isLeader()))
        found = nodes[isLeading.indexOf(true)]
        return found !== undefined
      })
      if (found === undefined) throw new Error('no node leads')
      return found
    }
    const addressOfLeader = async (user: string, secretOf: string, name: string): Promise<string> =>
      `postgres://${user}:${secretOf}@${(await leader()).host.address}:${ports.postgres}/${name}`
    const untilWhole = async (): Promise<void> => {
      await untilSteady(nodes)
      await until('every portal', wholeMillisecondsMax, async () =>
        (
          await Promise.all(
            nodes.map(({ host }) => answersWell(`http://${host.address}:${ports.portal}/readyz`)),
          )
        ).every(Boolean),
      )
    }

    await Promise.all(nodes.map(({ etcd }) => etcd.start()))
    await Promise.all(nodes.map(({ patroni }) => patroni.start()))
    await until('three nodes', wholeMillisecondsMax, () => isWhole(nodes))
    const administrator = postgres(
      await addressOfLeader('postgres', secrets.superuser, 'postgres'),
      {
        max: 1,
        onnotice: () => {},
      },
    )
    try {
      await administrator.unsafe(
        `create role ${databaseUser} login createrole password '${password}'`,
      )
      await administrator.unsafe(`create database ${databaseName} owner ${databaseUser}`)
    } finally {
      await administrator.end({ timeout: 5 })
    }
    for (const { haproxy, portal } of nodes) {
      await haproxy.start()
      await portal.start()
    }
    const front = balancerProcess(
      common,
      `${network.address}:${ports.portal}`,
      nodes.map(({ host }) => `http://${host.address}:${ports.portal}`),
    )
    stack.defer(() => front.end('SIGKILL'))
    await front.start()
    const direct = await addressOfLeader(databaseUser, password, databaseName)
    const counters = await openCounters(folder, counterCount, 0, true, {
      ...common.settings,
      DATABASE_URL: direct,
    })
    return {
      targets: [publicUrl],
      publicUrl,
      counters,
      processes: nodes.flatMap(({ portal, patroni, etcd, haproxy }) => [
        ...[portal, patroni, etcd, haproxy],
      ]),
      nodes,
      network,
      leader,
      untilWhole,
      async read(work) {
        const sql = postgres(await addressOfLeader(databaseUser, password, databaseName), {
          max: 2,
          onnotice: () => {},
        })
        try {
          return await work(sql)
        } finally {
          await sql.end({ timeout: 5 })
        }
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
