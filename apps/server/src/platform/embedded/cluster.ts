/**
 * The embedded PostgreSQL: a real server process on a data folder, reached through a unix socket.
 *
 * Invariants
 * - Durable: fsync, full_page_writes and synchronous_commit stay on; an acknowledged commit survives kill -9.
 * - Its process group is its own: a Ctrl-C or kill -9 of ours does not reach it; whoever ends otherwise stops it, also
 *   in a hurry. A later start finds what a kill -9 left by
 *   the pid in its own postmaster.pid, adopts it, and is then the one that stops it.
 * - One that was killed while its owner lives is started again within a second or so.
 * - One owner: the owner holds an advisory lock; a second server on the same folder refuses to start.
 * - Nothing of a statement or its parameters is in its log.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import { monotonicMilliseconds } from '../clock.ts'
import { CannotStart, ensureDataFolder } from '../start-failure.ts'
import { makePrivateFolder, type Placement, placeDatabase } from './placement.ts'
import { endOfLog, findRunning, isPostmasterOf, launch, removeDeceptiveFile } from './postmaster.ts'

export interface EmbeddedDatabase {
  /** Options for `postgres()`: socket, user, password; the caller adds the database name. */
  readonly connection: { readonly host: string; readonly user: string; readonly password: string }
  /** Fast shutdown, waits for the process to be gone. */
  stop(): Promise<void>
}

const databaseUser = 'sidep'
const startDeadlineMilliseconds = 60_000
/** The last checkpoint writes all that is not on disk yet, which takes a busy disk longer than a start. */
const stopDeadlineMilliseconds = 120_000
const ownerDeadlineMilliseconds = 5_000
/** Between two starts: the children of a killed process need a moment to notice and go. */
const relaunchMilliseconds = 250
const pollMilliseconds = 20
/** Between two looks whether it still runs. */
const watchMilliseconds = 500

/** Any number that nothing else locks. */
const ownerLock = 0x6f776e6572n

/** Runs a program to its end; its output becomes the error's message. */
const run = (
  program: string,
  parameters: readonly string[],
  user: Placement['user'],
): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      ...(user === null ? {} : user),
      cwd: '/',
      env: { LC_ALL: 'C', PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-4_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else if (output.includes('No space left on device')) {
        reject(
          new CannotStart(
            'DISK_FULL',
            'the disk of the data folder is full; free some, or choose another with DATA_DIR',
          ),
        )
      } else reject(new Error(`${program} ended with ${code}: ${output}`))
    })
  })

export const passwordPath = (dataDirectory: string): string =>
  join(dataDirectory, 'database-password')

/** The password is written before initdb, so that a start killed halfway can start over. */
const passwordFor = (dataDirectory: string): string => {
  const path = passwordPath(dataDirectory)
  if (!existsSync(path)) writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return readFileSync(path, 'utf8')
}

/** initdb works in a folder beside and the result is moved into place: a start killed halfway leaves nothing half made. */
const initialise = async (placement: Placement, password: string): Promise<void> => {
  const { cluster, user, initdb, socketFolder } = placement
  if (existsSync(join(cluster, 'PG_VERSION'))) return
  const fresh = `${cluster}.new`
  rmSync(fresh, { recursive: true, force: true })
  makePrivateFolder(fresh, user)
  const file = join(socketFolder, 'initial-password')
  writeFileSync(file, password, { mode: 0o600 })
  if (user !== null) chownSync(file, user.uid, user.gid)
  try {
    await run(
      initdb,
      [
        `--pgdata=${fresh}`,
        `--username=${databaseUser}`,
        `--pwfile=${file}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
      ],
      user,
    )
    renameSync(fresh, cluster)
  } finally {
    rmSync(file, { force: true })
  }
}

/** Waits until a condition holds. @throws after the deadline */
const until = async (
  condition: () => boolean | Promise<boolean>,
  deadlineMilliseconds: number,
  failure: () => CannotStart,
): Promise<void> => {
  const end = monotonicMilliseconds() + deadlineMilliseconds
  while (!(await condition())) {
    if (monotonicMilliseconds() > end) throw failure()
    await wait(pollMilliseconds)
  }
}

const ensureRunning = async (placement: Placement): Promise<void> => {
  const { cluster } = placement
  let ended: () => boolean = () => true
  let nextLaunch = 0
  const isReady = (): boolean => {
    const running = findRunning(cluster)
    if (running === null && ended() && monotonicMilliseconds() >= nextLaunch) {
      removeDeceptiveFile(cluster)
      ended = launch(placement)
      nextLaunch = monotonicMilliseconds() + relaunchMilliseconds
    }
    return running?.ready === true
  }
  await until(
    isReady,
    startDeadlineMilliseconds,
    () =>
      new CannotStart(
        'DATABASE_STUCK',
        `the embedded PostgreSQL did not start: ${endOfLog(cluster)}`,
      ),
  )
}

const stopRunning = async (cluster: string): Promise<void> => {
  const running = findRunning(cluster)
  if (running === null) return
  process.kill(running.pid, 'SIGINT') // fast shutdown, PostgreSQL manual 19.5
  await until(
    () => !isPostmasterOf(running.pid, cluster),
    stopDeadlineMilliseconds,
    () =>
      new CannotStart(
        'DATABASE_STUCK',
        `the embedded PostgreSQL (process ${running.pid}) does not stop`,
      ),
  )
}

/**
 * The lock that makes this server the owner. The one of a killed server is freed by PostgreSQL within moments of
 * noticing its closed connection.
 * @throws when another server holds it
 */
const becomeOwner = async (owner: Sql, dataDirectory: string): Promise<void> => {
  const tryLock = async (): Promise<boolean> => {
    const [row] = await owner<{ locked: boolean }[]>`
      select pg_try_advisory_lock(${ownerLock.toString()}::bigint) as locked`
    return row?.locked === true
  }
  await until(
    tryLock,
    ownerDeadlineMilliseconds,
    () =>
      new CannotStart(
        'DATA_FOLDER_TAKEN',
        `another sidep runs on ${dataDirectory}; give this one a DATA_DIR of its own`,
      ),
  )
}

/** The process of a data folder's PostgreSQL, to measure it; null when none runs. */
export const embeddedProcessId = async (dataDirectory: string): Promise<number | null> =>
  findRunning((await placeDatabase(dataDirectory)).cluster)?.pid ?? null

/** Starts, or adopts, the PostgreSQL of a data folder and becomes its owner. */
export const startEmbeddedDatabase = async (dataDirectory: string): Promise<EmbeddedDatabase> => {
  ensureDataFolder(dataDirectory)
  const placement = await placeDatabase(dataDirectory)
  const password = passwordFor(dataDirectory)
  await initialise(placement, password)
  await ensureRunning(placement)
  const connection = { host: placement.socketFolder, user: databaseUser, password }
  const owner = postgres({
    ...connection,
    database: 'postgres',
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 10,
    onnotice: () => {},
  })
  try {
    await becomeOwner(owner, dataDirectory)
  } catch (error) {
    await owner.end({ timeout: 1 })
    throw error
  }
  const leaveAlone = keepRunning(placement, () => becomeOwner(owner, dataDirectory))
  // Whoever cannot wait for the end of the process (a second Ctrl-C, a deadline) leaves nothing running either.
  const tellToStop = (): void => {
    const running = findRunning(placement.cluster)
    if (running !== null) process.kill(running.pid, 'SIGINT')
  }
  process.once('exit', tellToStop)
  return {
    connection,
    async stop() {
      await leaveAlone()
      await owner.end({ timeout: 1 })
      await stopRunning(placement.cluster)
      process.off('exit', tellToStop)
    },
  }
}

/**
 * Starts it again whenever it is gone. A start that fails is tried again with the next look.
 *
 * @param own takes the ownership again, which was lost with the process
 * @returns ends the watch, and waits for a start that is under way
 */
const keepRunning = (placement: Placement, own: () => Promise<void>): (() => Promise<void>) => {
  let reviving: Promise<void> | null = null
  const revive = async (): Promise<void> => {
    try {
      await ensureRunning(placement)
      await own()
    } catch {
      // /readyz says that the database is away; the log beside its data says why.
    } finally {
      reviving = null
    }
  }
  const isGone = (): boolean => {
    try {
      return findRunning(placement.cluster) === null
    } catch {
      // Not to be seen now, such as by a process out of files: that says nothing, and must end nobody.
      return false
    }
  }
  const timer = setInterval(() => {
    if (reviving === null && isGone()) reviving = revive()
  }, watchMilliseconds)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await reviving
  }
}

/** The PostgreSQL of a data folder that runs already, for somebody who does not own it: `stop` leaves it. Else null. */
export const runningEmbeddedDatabase = async (
  dataDirectory: string,
): Promise<EmbeddedDatabase | null> => {
  const { cluster, socketFolder } = await placeDatabase(dataDirectory)
  if (findRunning(cluster)?.ready !== true) return null
  const password = passwordFor(dataDirectory)
  return { connection: { host: socketFolder, user: databaseUser, password }, async stop() {} }
}
