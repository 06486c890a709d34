/** One host of three: etcd, Patroni with its PostgreSQL, the way to whichever node leads, and a portal; from the files of deploy/patroni. */
import { chownSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { familyOf } from '../processor-time.ts'
import { debianUser } from './debian-programs.ts'
import { answersWell, type DrillProcess, makeProcess } from './host.ts'
import type { NamespaceHost } from './namespaces.ts'
import { type Common, deployFile, isListening, portalProcess } from './portals.ts'

export const ports = { etcd: 2379, etcdPeers: 2380, patroni: 8008, postgres: 5432, portal: 8080 }

export interface Secrets {
  readonly superuser: string
  readonly replication: string
}

/** A member as Patroni's `/cluster` tells it. */
interface Member {
  readonly name: string
  readonly role: string
  readonly state: string
}

export interface PatroniNode {
  readonly name: string
  readonly host: NamespaceHost
  readonly etcd: DrillProcess
  readonly patroni: DrillProcess
  readonly haproxy: DrillProcess
  readonly portal: DrillProcess
  isLeader(): Promise<boolean>
  /** Null when it does not answer. */
  members(): Promise<readonly Member[] | null>
  /** PostgreSQL's processes, the first first; empty when none runs. */
  postgres(): readonly number[]
  /** As a host that loses its power. */
  die(): Promise<void>
  /** Everything that does not run is started; the portal is up once it is ready. */
  revive(): Promise<void>
}

const isPostgres = (processId: number): boolean => {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, 'utf8').includes('postgres')
  } catch {
    return false
  }
}

export const killQuietly = (processId: number, signal: NodeJS.Signals = 'SIGKILL'): void => {
  try {
    process.kill(processId, signal)
  } catch {
    // It went by itself.
  }
}

export const makeNode = (
  common: Common,
  host: NamespaceHost,
  all: readonly NamespaceHost[],
  secrets: Secrets,
  portalEnvironment: Readonly<Record<string, string>>,
): PatroniNode => {
  const number = all.indexOf(host) + 1
  const name = `node-${number}`
  const { address } = host
  const folder = join(common.folder, name)
  const user = debianUser('postgres')
  mkdirSync(join(folder, 'etcd'), { recursive: true, mode: 0o700 })
  const home = join(folder, 'postgres')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  chownSync(folder, user.uid, user.gid)
  chownSync(home, user.uid, user.gid)
  // Patroni reads a folder's files one after the other: hosts that share this machine's files need sockets of their own.
  const settings = join(folder, 'patroni')
  mkdirSync(settings)
  copyFileSync(deployFile('patroni.yml'), join(settings, '1.yml'))
  writeFileSync(
    join(settings, '2.yml'),
    `postgresql:\n  parameters:\n    unix_socket_directories: ${home}\n`,
  )
  const patroniProgram = join(folder, 'patroni-in-step.py')
  copyFileSync(deployFile('patroni-in-step.py'), patroniProgram)
  const log = (what: string): string => join(common.folder, `${name}-${what}.log`)
  const dataFolder = join(home, 'data')

  const etcd = makeProcess({
    name: `etcd of ${name}`,
    host,
    command: [
      ...['etcd', '--name', name, '--data-dir', join(folder, 'etcd'), '--logger', 'zap'],
      '--enable-v2',
      ...['--listen-client-urls', `http://${address}:${ports.etcd}`],
      ...['--advertise-client-urls', `http://${address}:${ports.etcd}`],
      ...['--listen-peer-urls', `http://${address}:${ports.etcdPeers}`],
      ...['--initial-advertise-peer-urls', `http://${address}:${ports.etcdPeers}`],
      '--initial-cluster',
      all
        .map((one, index) => `node-${index + 1}=http://${one.address}:${ports.etcdPeers}`)
        .join(','),
    ],
    log: log('etcd'),
    isUp: () => isListening(address, ports.etcd),
  })
  const patroni = makeProcess({
    name: `patroni of ${name}`,
    host,
    command: [
      ...['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'],
      // As patroni.service.d/sidep.conf has it.
      ...['/usr/bin/python3', patroniProgram, settings],
    ],
    environment: {
      HOME: home,
      PATRONI_NAME: name,
      PATRONI_RESTAPI_LISTEN: `${address}:${ports.patroni}`,
      PATRONI_RESTAPI_CONNECT_ADDRESS: `${address}:${ports.patroni}`,
      PATRONI_ETCD_HOSTS: all.map((one) => `${one.address}:${ports.etcd}`).join(','),
      PATRONI_POSTGRESQL_LISTEN: `${address},127.0.0.1:${ports.postgres}`,
      PATRONI_POSTGRESQL_CONNECT_ADDRESS: `${address}:${ports.postgres}`,
      PATRONI_POSTGRESQL_DATA_DIR: dataFolder,
      PATRONI_POSTGRESQL_PGPASS: join(home, 'pgpass'),
      PATRONI_SUPERUSER_USERNAME: 'postgres',
      PATRONI_SUPERUSER_PASSWORD: secrets.superuser,
      PATRONI_REPLICATION_USERNAME: 'replicator',
      PATRONI_REPLICATION_PASSWORD: secrets.replication,
    },
    log: log('patroni'),
    isUp: () => isListening(address, ports.patroni),
  })
  const haproxy = makeProcess({
    name: `haproxy of ${name}`,
    host,
    command: ['haproxy', '-db', '-f', deployFile('haproxy-database.cfg')],
    environment: Object.fromEntries(all.map((one, index) => [`NODE_${index + 1}`, one.address])),
    log: log('haproxy'),
    isUp: async () => true,
  })
  const portal = portalProcess(common, `portal of ${name}`, host, ports.portal, portalEnvironment)

  const postgres = (): readonly number[] => {
    try {
      const [first] = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n')
      const processId = Number(first)
      return isPostgres(processId) ? familyOf(processId) : []
    } catch {
      return []
    }
  }

  return {
    name,
    host,
    etcd,
    patroni,
    haproxy,
    portal,
    postgres,
    isLeader: () => answersWell(`http://${address}:${ports.patroni}/primary`),
    async members() {
      try {
        const answer = await fetch(`http://${address}:${ports.patroni}/cluster`, {
          signal: AbortSignal.timeout(2_000),
        })
        return ((await answer.json()) as { members: Member[] }).members
      } catch {
        return null
      }
    },
    async die() {
      const database = postgres()
      await Promise.all([patroni, portal, haproxy, etcd].map((one) => one.end('SIGKILL')))
      for (const one of new Set([...database, ...postgres()])) killQuietly(one)
    },
    async revive() {
      for (const one of [etcd, patroni, haproxy, portal]) await one.start()
    },
  }
}
