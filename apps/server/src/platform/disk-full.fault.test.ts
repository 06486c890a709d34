/** A file system of its own, small, under the database and under the log: both are full at once. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { endProcess, readinessOf, temporaryFolder } from '../fault-testing.ts'
import { freePort } from './free-port.ts'
import { fillFromTemplate } from './test-template.ts'

const isRoot = process.getuid?.() === 0
/** A migrated database is some 60 MB, and its log comes in files of 16. */
const diskMegabytes = 200

/** Writes until nothing more fits. */
const fill = (file: string): void => {
  const ballast = openSync(file, 'w')
  const piece = Buffer.alloc(1 << 20)
  try {
    for (let length = piece.length; length > 0; ) {
      try {
        writeSync(ballast, piece, 0, length)
      } catch {
        length >>= 1
      }
    }
  } finally {
    closeSync(ballast)
  }
}

test('a portal whose disk is full is not ready, goes on without its log, and is ready with it again once there is room', {
  skip: isRoot ? false : 'only root makes a file system',
  timeout: 120_000,
}, async () => {
  const disk = join(temporaryFolder('disk-full'), 'disk')
  mkdirSync(disk)
  execFileSync('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${diskMegabytes}m,mode=711`,
    'sidep-test',
    disk,
  ])
  await using stack = new AsyncDisposableStack()
  stack.defer(() => void execFileSync('umount', [disk]))
  const data = join(disk, 'data')
  await fillFromTemplate(data)
  const [port, operatorPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
  const logFile = join(disk, 'portal.log')
  const log = openSync(logFile, 'a')
  const portal = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
    env: {
      ...process.env,
      DATA_DIR: data,
      PORT: `${port}`,
      OPERATOR_PORT: `${operatorPort}`,
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  stack.defer(() => endProcess(portal, 'SIGTERM'))
  const address = `http://127.0.0.1:${port}`
  const tooLong = `${address}/${'x'.repeat(5_000)}`
  const until = async (wanted: string): Promise<void> => {
    while ((await readinessOf(address)) !== wanted) {
      assert.equal(portal.exitCode ?? portal.signalCode, null, readFileSync(logFile, 'utf8'))
      await wait(50)
    }
  }
  const figure = async (kind: string): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${operatorPort}/metrics`)).text()
    return Number(
      new RegExp(`^sidep_log_failures_total\\{kind="${kind}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0,
    )
  }
  await until('200 ready')
  assert.equal(await figure('late'), 0)

  const ballast = join(disk, 'ballast')
  fill(ballast)
  await until('503 database-full')
  // Every refused request is a line of the log: this one for the length of its address.
  for (let asked = 0; asked < 60; asked += 1) await fetch(tooLong)
  assert.ok((await figure('late')) > 0)
  assert.equal(await readinessOf(address), '503 database-full')

  rmSync(ballast)
  await until('200 ready')
  const before = readFileSync(logFile, 'utf8').split('"refused"').length
  await fetch(tooLong)
  // With the next line those come that had waited.
  assert.ok(readFileSync(logFile, 'utf8').split('"refused"').length > before + 10)
  const gone = once(portal, 'exit')
  portal.kill('SIGTERM')
  assert.deepEqual(await gone, [0, null])
})
