/** What three hosts can suffer: each fault strikes, is held for as long as is drawn, and is mended. */
import { setTimeout as wait } from 'node:timers/promises'
import { killQuietly, type PatroniNode, ports } from './patroni-node.ts'
import type { ThreeHosts } from './world-three-hosts.ts'

interface Ground {
  readonly world: ThreeHosts
  readonly leader: PatroniNode
  /** Drawn from all three. */
  readonly any: PatroniNode
  readonly random: () => number
}

export interface ClusterFault {
  readonly name: string
  readonly isPartition: boolean
  /** @returns how it is mended, once it was held long enough */
  strike(ground: Ground): Promise<() => Promise<void>>
}

/** A fault is held from this to twice as long, unless it mends itself. */
const holdMilliseconds = 4_000

const held =
  (random: () => number, mend: () => Promise<void> | void): (() => Promise<void>) =>
  async () => {
    await wait(holdMilliseconds * (1 + random()))
    await mend()
  }

const others = ({ world }: Ground, node: PatroniNode): PatroniNode[] =>
  world.nodes.filter((one) => one !== node)

const deaths: readonly ClusterFault[] = [
  {
    name: 'kill the database that leads',
    isPartition: false,
    async strike({ leader }) {
      for (const one of leader.postgres()) killQuietly(one)
      return async () => {}
    },
  },
  {
    name: 'the host that leads dies',
    isPartition: false,
    async strike({ leader, random }) {
      await leader.die()
      return held(random, () => leader.revive())
    },
  },
  {
    name: 'any host dies',
    isPartition: false,
    async strike({ any, random }) {
      await any.die()
      return held(random, () => any.revive())
    },
  },
  ...(['portal', 'patroni', 'etcd', 'haproxy'] as const).map(
    (part): ClusterFault => ({
      name: `kill ${part} of any host`,
      isPartition: false,
      async strike({ any, random }) {
        await any[part].end('SIGKILL')
        return held(random, () => any[part].start())
      },
    }),
  ),
  {
    name: 'a portal is restarted',
    isPartition: false,
    async strike({ any }) {
      await any.portal.end('SIGTERM')
      return () => any.portal.start()
    },
  },
]

/** So long at most between the restart of what keeps the leader and the death of its host. */
const restartedMilliseconds = 3_000

const restarts: readonly ClusterFault[] = [
  {
    // Debian's Patroni then takes the standby out of step, and does not say so (deploy/patroni/patroni-in-step.py).
    name: 'who keeps the leader is restarted, and its host dies',
    isPartition: false,
    async strike({ leader, random }) {
      await leader.patroni.end('SIGKILL')
      await leader.patroni.start()
      await wait(random() * restartedMilliseconds)
      await leader.die()
      return held(random, () => leader.revive())
    },
  },
]

const freezes: readonly ClusterFault[] = [
  {
    name: 'the database that leads stands still',
    isPartition: false,
    async strike({ leader, random }) {
      const family = leader.postgres()
      for (const one of family) killQuietly(one, 'SIGSTOP')
      return held(random, () => {
        for (const one of family) killQuietly(one, 'SIGCONT')
      })
    },
  },
  {
    // Its PostgreSQL goes on and takes writes, while another becomes the leader.
    name: 'who keeps the leader stands still',
    isPartition: false,
    async strike({ leader, random }) {
      const processId = leader.patroni.processId
      if (processId !== null) killQuietly(processId, 'SIGSTOP')
      return held(random, () => {
        if (processId !== null) killQuietly(processId, 'SIGCONT')
      })
    },
  },
]

/** Cuts hosts from each other as told, until it is mended. */
const cutting = (name: string, cut: (ground: Ground) => readonly PatroniNode[]): ClusterFault => ({
  name,
  isPartition: true,
  async strike(ground) {
    const cutHosts = cut(ground)
    return held(ground.random, () => {
      for (const { host } of cutHosts) host.mendCuts()
    })
  },
})

const partitions: readonly ClusterFault[] = [
  {
    name: 'the host that leads is cut off',
    isPartition: true,
    async strike({ leader, random }) {
      leader.host.unplug()
      return held(random, () => leader.host.plug())
    },
  },
  {
    name: 'any host is cut off',
    isPartition: true,
    async strike({ any, random }) {
      any.host.unplug()
      return held(random, () => any.host.plug())
    },
  },
  cutting('the leader and the others do not hear each other, counters hear all', (ground) => {
    for (const one of others(ground, ground.leader))
      ground.leader.host.cut('both', one.host.address)
    return [ground.leader]
  }),
  cutting('the others do not hear the leader, which hears them', (ground) => {
    for (const one of others(ground, ground.leader)) ground.leader.host.cut('to', one.host.address)
    return [ground.leader]
  }),
  cutting('the leader does not hear the others, which hear it', (ground) => {
    for (const one of others(ground, ground.leader))
      ground.leader.host.cut('from', one.host.address)
    return [ground.leader]
  }),
  cutting('two hosts do not hear each other', (ground) => {
    const [one, other] = others(ground, ground.any)
    if (one === undefined || other === undefined) return []
    one.host.cut('both', other.host.address)
    return [one]
  }),
  cutting('a portal is not heard by the database that leads', (ground) => {
    const [one] = others(ground, ground.leader)
    if (one === undefined) return []
    one.host.cut('to', ground.leader.host.address)
    return [one]
  }),
]

const handovers: readonly ClusterFault[] = [
  {
    name: 'planned switchover',
    isPartition: false,
    async strike({ leader }) {
      await fetch(`http://${leader.host.address}:${ports.patroni}/switchover`, {
        method: 'POST',
        body: JSON.stringify({ leader: leader.name }),
        signal: AbortSignal.timeout(30_000),
      }).then((answer) => answer.body?.cancel())
      return async () => {}
    },
  },
]

export const clusterFaults: readonly ClusterFault[] = [
  ...deaths,
  ...restarts,
  ...freezes,
  ...partitions,
  ...handovers,
]
