/** The files of deploy/citus: those of a pair that fails over, and what a cluster needs besides. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')
const linesOf = (name: string): string[] =>
  readFileSync(join(root, 'deploy', name), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))

/** @returns what the first has and the second has not */
const without = (lines: readonly string[], others: readonly string[]): string[] =>
  lines.filter((line) => !others.includes(line))

const pair = linesOf('patroni/patroni.yml')
const cluster = linesOf('citus/patroni.yml')

test('a node of a cluster fails over by the numbers of a pair: nothing is otherwise that is not named here', () => {
  assert.deepEqual(
    without(pair, cluster).map((line) => line.split(':', 1)[0]),
    ['max_connections', 'wal_level', 'max_wal_senders', 'max_replication_slots'],
  )
  assert.deepEqual(
    without(cluster, pair).map((line) => line.split(':', 1)[0]),
    [
      ...['max_connections', 'max_wal_senders', 'max_replication_slots', 'max_worker_processes'],
      ...['citus.max_shared_pool_size', 'citus.max_cached_conns_per_worker'],
      ...['citus.node_connection_timeout', 'citus.stat_statements_track'],
    ],
  )
})

const numberOf = (name: string): number => {
  const line = cluster.find((one) => one.startsWith(`${name}:`))
  return Number(/\d+/.exec(line?.slice(name.length) ?? ''))
}

test('a worker has connections for all that the coordinator may open, and for who mends it', () => {
  const reserved = 50
  assert.ok(numberOf('citus.max_shared_pool_size') + reserved <= numberOf('max_connections'))
})

test('the environment of a node names its group and the database, and what a pair’s names', () => {
  const names = (file: string): string[] => linesOf(file).map((line) => line.split('=', 1)[0] ?? '')
  assert.deepEqual(without(names('citus/node.env.example'), names('patroni/node.env.example')), [
    'PATRONI_CITUS_GROUP',
    'PATRONI_CITUS_DATABASE',
  ])
  assert.deepEqual(without(names('patroni/node.env.example'), names('citus/node.env.example')), [])
})
