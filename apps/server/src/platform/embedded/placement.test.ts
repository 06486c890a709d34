import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findUser, isReachable } from './placement.ts'
import { parsePostmasterFile } from './postmaster.ts'

const passwd = [
  'root:x:0:0:root:/root:/bin/bash',
  'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  'postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash',
].join('\n')

test('the first user asked for that exists is taken, never root', () => {
  assert.deepEqual(findUser(passwd, ['postgres', 'nobody']), { uid: 101, gid: 104 })
  assert.deepEqual(findUser(passwd, ['absent', 'nobody']), { uid: 65534, gid: 65534 })
  assert.equal(findUser(passwd, ['root']), null)
})

const folders: Record<string, { mode: number; uid: number; gid: number }> = {
  '/': { mode: 0o755, uid: 0, gid: 0 },
  '/root': { mode: 0o700, uid: 0, gid: 0 },
  '/srv': { mode: 0o755, uid: 0, gid: 0 },
  '/srv/own': { mode: 0o700, uid: 101, gid: 104 },
  '/srv/group': { mode: 0o710, uid: 0, gid: 104 },
}
const reachable = (path: string): boolean =>
  isReachable(path, { uid: 101, gid: 104 }, (folder) => folders[folder] ?? null)

test('a folder below a private one is out of reach, one below open ones is not', () => {
  assert.equal(reachable('/root/sidep/data'), false)
  assert.equal(reachable('/srv/sidep/data'), true)
  assert.equal(reachable('/srv/own/data'), true)
  assert.equal(reachable('/srv/group/data'), true)
})

test('the owner is bound by the owner’s bit even when others may pass', () => {
  folders['/srv/closed'] = { mode: 0o601, uid: 101, gid: 0 }
  assert.equal(reachable('/srv/closed/data'), false)
})

test('postmaster.pid is read for its process and readiness, and refused when it is not one', () => {
  const file = '4242\n/data/postgres\n1628861400\n5432\n/data/socket\n\n  123 456\nready   \n'
  assert.deepEqual(parsePostmasterFile(file), { pid: 4242, ready: true })
  assert.deepEqual(parsePostmasterFile(file.replace('ready   ', 'starting')), {
    pid: 4242,
    ready: false,
  })
  assert.equal(parsePostmasterFile(''), null)
  assert.equal(parsePostmasterFile('-1\n'), null)
})
