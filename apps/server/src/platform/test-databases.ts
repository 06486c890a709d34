/**
 * Databases for tests: of an embedded PostgreSQL on the test's folder or, to try another version than that one, of the
 * PostgreSQL that `SIDEP_TEST_DATABASE_URL` names, with the right to create databases; or of the cluster that
 * `SIDEP_TEST_CITUS_URL` names, a database of its coordinator whose administrator may make others on every node.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { type OpenDatabase, openDatabase, openEmbeddedDatabase } from './database.ts'
import { distribute } from './distribute.ts'
import { startEmbeddedDatabase } from './embedded/cluster.ts'
import { migrate } from './migrate.ts'
import { copyMigrated, fillFromTemplate } from './test-template.ts'

export interface TestDatabases {
  /** The database of a number, migrated: made at the first call, opened again at others. */
  open(number: number): Promise<OpenDatabase>
  /** The same database as a server of another process reaches it through a port of loopback. */
  reach(number: number): Promise<ReachableDatabase>
  /** Removes them; whoever uses one has closed it. */
  close(): Promise<void>
}

export interface ReachableDatabase {
  /** Where PostgreSQL itself listens. */
  readonly upstream: NetConnectOpts
  /** As DATABASE_URL, through whatever leads from that port to `upstream`. */
  urlThrough(port: number): string
}

const defaultPort = 5_432

const reachableAt = (target: URL): ReachableDatabase => {
  const { hostname, port } = target
  return {
    upstream: { host: hostname, port: port === '' ? defaultPort : Number(port) },
    urlThrough(through) {
      target.hostname = '127.0.0.1'
      target.port = String(through)
      return target.href
    },
  }
}

const givenDatabases = (url: string): TestDatabases => {
  const administrator = postgres(url, { max: 1, onnotice: () => {} })
  const names = new Map<number, string>()
  const urlOf = async (number: number): Promise<URL> => {
    const name = names.get(number) ?? `sidep_test_${randomBytes(6).toString('hex')}_${number}`
    if (!names.has(number)) await administrator`create database ${administrator(name)}`
    names.set(number, name)
    const target = new URL(url)
    target.pathname = `/${name}`
    return target
  }
  return {
    open: async (number) => openDatabase((await urlOf(number)).href, ''),
    reach: async (number) => reachableAt(await urlOf(number)),
    async close() {
      for (const name of names.values()) {
        await administrator`drop database ${administrator(name)} with (force)`
      }
      await administrator.end({ timeout: 5 })
    },
  }
}

interface Node {
  readonly host: string
  readonly port: number
}

const at = (url: URL, { host, port }: Node, name: string): string => {
  const target = new URL(url)
  target.hostname = host
  target.port = String(port)
  target.pathname = `/${name}`
  return target.href
}

const once = async (url: string, work: (sql: Sql) => Promise<unknown>): Promise<void> => {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** The same database on coordinator and workers, with its tables where they belong. */
const makeOnCluster = async (url: URL, nodes: readonly Node[], name: string): Promise<void> => {
  const [coordinator, ...workers] = nodes
  if (coordinator === undefined) throw new Error('the cluster has no coordinator')
  for (const node of nodes) {
    await once(at(url, node, 'postgres'), (sql) => sql`create database ${sql(name)}`)
    await once(at(url, node, name), (sql) => sql`create extension citus`)
  }
  await once(at(url, coordinator, name), async (sql) => {
    await sql`select citus_set_coordinator_host(${coordinator.host}, ${coordinator.port}::integer)`
    for (const { host, port } of workers)
      await sql`select citus_add_node(${host}, ${port}::integer)`
    await migrate(sql)
    await sql`alter role sidep_application login`
    await distribute(sql)
  })
}

/** A database of each number, which every node has under one name. */
const clusterDatabases = async (given: string): Promise<TestDatabases> => {
  const url = new URL(given)
  const nodes: Node[] = []
  await once(given, async (sql) => {
    nodes.push(
      ...(await sql<Node[]>`
        select nodename as host, nodeport as port from pg_dist_node order by groupid`),
    )
  })
  const names = new Map<number, string>()
  const urlOf = async (number: number): Promise<URL> => {
    const known = names.get(number)
    if (known !== undefined) return new URL(at(url, nodes[0] as Node, known))
    const name = `sidep_test_${randomBytes(6).toString('hex')}_${number}`
    names.set(number, name)
    await makeOnCluster(url, nodes, name)
    return new URL(at(url, nodes[0] as Node, name))
  }
  return {
    open: async (number) => openDatabase((await urlOf(number)).href, ''),
    reach: async (number) => reachableAt(await urlOf(number)),
    async close() {
      for (const name of names.values()) {
        for (const node of nodes) {
          await once(
            at(url, node, 'postgres'),
            (sql) => sql`drop database ${sql(name)} with (force)`,
          )
        }
      }
    },
  }
}

const embeddedDatabases = async (folder: string): Promise<TestDatabases> => {
  await fillFromTemplate(folder)
  const embedded = await startEmbeddedDatabase(folder)
  const open = async (number: number): Promise<OpenDatabase> => {
    const name = `test${number}`
    await copyMigrated(embedded, name)
    return openEmbeddedDatabase(embedded, name)
  }
  return {
    open,
    async reach(number) {
      const { host, user, password } = embedded.connection
      const name = `test${number}`
      await (await open(number)).close()
      return {
        upstream: { path: join(host, `.s.PGSQL.${defaultPort}`) },
        urlThrough: (through) => `postgres://${user}:${password}@127.0.0.1:${through}/${name}`,
      }
    },
    close: () => embedded.stop(),
  }
}

export const openTestDatabases = (folder: string): Promise<TestDatabases> | TestDatabases => {
  const cluster = process.env.SIDEP_TEST_CITUS_URL
  if (cluster !== undefined) return clusterDatabases(cluster)
  const given = process.env.SIDEP_TEST_DATABASE_URL
  return given === undefined ? embeddedDatabases(folder) : givenDatabases(given)
}

/** One database for a test file, in its migrated state; closing it removes it. */
export const openTestDatabase = async (): Promise<OpenDatabase> => {
  const folder = mkdtempSync(join(tmpdir(), 'sidep-database-'))
  const databases = await openTestDatabases(folder)
  const database = await databases.open(0)
  return {
    ...database,
    async close() {
      await database.close()
      await databases.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
