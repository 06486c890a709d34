/** Programs that drills on several hosts use: there, installed from Debian, or a failure that says how. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Debian's libfaketime, to be loaded before everything. */
export const fakeTimeLibrary = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'

/** Each package by a file that it brings. */
const files: Readonly<Record<string, string>> = {
  patroni: '/usr/bin/patroni',
  'python3-etcd': '/usr/lib/python3/dist-packages/etcd',
  'etcd-server': '/usr/bin/etcd',
  haproxy: '/usr/sbin/haproxy',
  'postgresql-15': '/usr/lib/postgresql/15/bin/postgres',
  pgbackrest: '/usr/bin/pgbackrest',
  nftables: '/usr/sbin/nft',
  iproute2: '/usr/sbin/ip',
  libfaketime: fakeTimeLibrary,
}

/** A package of Debian's would start what it brings. */
const startNothing = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }

/** @throws when one is missing and cannot be installed, with the command that would */
export const ensurePrograms = (packages: readonly string[]): void => {
  const missing = (): string[] => packages.filter((name) => !existsSync(files[name] ?? ''))
  const wanted = missing()
  if (wanted.length === 0) return
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...wanted], {
    stdio: 'ignore',
    env: { ...process.env, ...startNothing },
  })
  const left = missing()
  if (left.length > 0)
    throw new Error(`missing: ${left.join(', ')}. As root: apt-get install ${left.join(' ')}`)
}

/** What makes network namespaces, mounts, or runs programs as users of their own. @throws when that is not to be done here */
export const requireRoot = (): void => {
  if (process.getuid?.() !== 0)
    throw new Error("this drill makes hosts, mounts or users' processes: run it as root, on Linux")
}

interface User {
  readonly uid: number
  readonly gid: number
}

/** A user that a package of Debian's made for its program. @throws when there is none */
export const debianUser = (name: string): User => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined) throw new Error(`there is no user ${name}`)
  return { uid: Number(uid), gid: Number(gid) }
}
