/**
 * Hosts of a drill as network namespaces (ip-netns(8)): each with an address of its own on one bridge, so that a cable can be
 * pulled, in one direction too. Needs Linux and root, `ip` and `nft`.
 */
import { execFileSync } from 'node:child_process'
import type { Host } from './host.ts'

export interface NamespaceHost extends Host {
  /** Nothing comes or goes. */
  unplug(): void
  plug(): void
  /** Drops what goes to, or comes from, an address; `both` ways. */
  cut(direction: 'to' | 'from' | 'both', address: string): void
  /** Takes back every cut. */
  mendCuts(): void
}

export interface Network {
  readonly hosts: readonly NamespaceHost[]
  /** Where this machine itself is on that network. */
  readonly address: string
  close(): void
}

const run = (command: string, ...args: string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

const quietly = (work: () => void): void => {
  try {
    work()
  } catch {
    // It is gone already.
  }
}

/** Interfaces have names of 15 characters at most. */
const tagOf = (random: () => number): string =>
  Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0')

const makeHost = (tag: string, bridge: string, number: number, network: string): NamespaceHost => {
  const name = `host-${number}`
  const namespace = `sidep-${tag}-${number}`
  const outside = `sd${tag}${number}o`
  const inside = `sd${tag}${number}i`
  const address = `${network}.${number}`
  const within = (...args: string[]): void => run('ip', 'netns', 'exec', namespace, ...args)
  run('ip', 'netns', 'add', namespace)
  run('ip', 'link', 'add', outside, 'type', 'veth', 'peer', 'name', inside)
  run('ip', 'link', 'set', inside, 'netns', namespace)
  run('ip', 'link', 'set', outside, 'master', bridge, 'up')
  within('ip', 'addr', 'add', `${address}/24`, 'dev', inside)
  within('ip', 'link', 'set', inside, 'up')
  within('ip', 'link', 'set', 'lo', 'up')
  within('nft', 'add table inet drill')
  within('nft', 'add chain inet drill out { type filter hook output priority 0; }')
  within('nft', 'add chain inet drill in { type filter hook input priority 0; }')
  return {
    name,
    address,
    prefix: ['ip', 'netns', 'exec', namespace],
    unplug: () => run('ip', 'link', 'set', outside, 'down'),
    plug: () => run('ip', 'link', 'set', outside, 'up'),
    cut(direction, other) {
      if (direction !== 'from') within('nft', `add rule inet drill out ip daddr ${other} drop`)
      if (direction !== 'to') within('nft', `add rule inet drill in ip saddr ${other} drop`)
    },
    mendCuts() {
      within('nft', 'flush chain inet drill out')
      within('nft', 'flush chain inet drill in')
    },
  }
}

/**
 * @param count at most 200
 * @param random from 0 to 1: two drills at once get networks of their own
 */
export const openNetwork = (count: number, random: () => number): Network => {
  const tag = tagOf(random)
  const bridge = `sd${tag}br`
  // RFC 2544: set aside for tests of networks, and routed nowhere.
  const network = `198.${random() < 0.5 ? 18 : 19}.${Math.floor(random() * 256)}`
  const address = `${network}.254`
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const close = (): void => {
    for (const number of numbers) quietly(() => run('ip', 'netns', 'del', `sidep-${tag}-${number}`))
    quietly(() => run('ip', 'link', 'del', bridge))
  }
  try {
    run('ip', 'link', 'add', 'name', bridge, 'type', 'bridge')
    run('ip', 'addr', 'add', `${address}/24`, 'dev', bridge)
    run('ip', 'link', 'set', bridge, 'up')
    const hosts = numbers.map((number) => makeHost(tag, bridge, number, network))
    return { hosts, address, close }
  } catch (error) {
    close()
    throw error
  }
}
