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
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import { monotonicMilliseconds } from '../clock.ts'
import { CannotStart, ensureDataFolder } from '../start-failure.ts'
import { makePrivateFolder, type Placement, placeDatabase } from './placement.ts'

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

const settings = (socketFolder: string): Record<string, string> => ({
  listen_addresses: '',
  unix_socket_directories: socketFolder,
  unix_socket_permissions: '0700',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  // A server holds about twenty; several may share one PostgreSQL, and connections of one that died linger.
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  // Parallel plans cost more than they give for single-site statements.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
  log_statement: 'none',
})

/** First and last lines of postmaster.pid: the process, and whether it takes connections. */
interface PostmasterFile {
  readonly pid: number
  readonly ready: boolean
}

/** Parses postmaster.pid (PostgreSQL, pidfile.h): line 1 pid, line 8 status. */
export const parsePostmasterFile = (text: string): PostmasterFile | null => {
  const lines = text.split('\n')
  const pid = Number(lines[0]?.trim())
  return Number.isInteger(pid) && pid > 1 ? { pid, ready: lines[7]?.trim() === 'ready' } : null
}

const readPostmasterFile = (cluster: string): PostmasterFile | null => {
  const path = join(cluster, 'postmaster.pid')
  return existsSync(path) ? parsePostmasterFile(readFileSync(path, 'utf8')) : null
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Whether the process is PostgreSQL on this very data folder: pids are reused, above all after a machine's restart.
 * Without /proc (macOS) the answer is left to PostgreSQL itself, which checks its own file when it starts.
 */
const isPostmasterOf = (pid: number, cluster: string): boolean => {
  const commandLine = `/proc/${pid}/cmdline`
  if (!existsSync('/proc/self/cmdline')) return isAlive(pid)
  if (!existsSync(commandLine)) return false
  const words = readFileSync(commandLine, 'utf8').split('\0')
  return words.includes(cluster) && words.some((word) => /(^|\/)postgres$/.test(word))
}

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
            'the disk of the data folder is full; free some, or choose another with DATA_DIR',
          ),
        )
      } else reject(new Error(`${program} ended with ${code}: ${output}`))
    })
  })

const passwordPath = (dataDirectory: string): string => join(dataDirectory, 'database-password')

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

const logOf = (cluster: string): string => `${cluster}.log`

/**
 * Starts the server process in a session of its own, its log in a file: it needs nothing of ours to live.
 * @returns whether it has ended
 */
const launch = (placement: Placement): (() => boolean) => {
  const { cluster, user, postgres: program, socketFolder } = placement
  const parameters = Object.entries(settings(socketFolder)).map(
    ([name, value]) => `--${name}=${value}`,
  )
  const log = openSync(logOf(cluster), 'w', 0o600)
  let ended = false
  try {
    const child = spawn(program, ['-D', cluster, ...parameters], {
      ...(user === null ? {} : user),
      cwd: '/',
      env: { LC_ALL: 'C', PATH: process.env.PATH },
      stdio: ['ignore', log, log],
      detached: true,
    })
    child.once('exit', () => {
      ended = true
    })
    child.once('error', (error) => {
      ended = true
      writeFileSync(logOf(cluster), `${error}\n`, { flag: 'a' })
    })
    child.unref()
  } finally {
    closeSync(log)
  }
  return () => ended
}

const endOfLog = (cluster: string): string => {
  const path = logOf(cluster)
  return existsSync(path) ? readFileSync(path, 'utf8').slice(-2_000) : ''
}

/** Waits until a condition holds. @throws after the deadline */
const until = async (
  condition: () => boolean | Promise<boolean>,
  deadlineMilliseconds: number,
  failure: () => string,
): Promise<void> => {
  const end = monotonicMilliseconds() + deadlineMilliseconds
  while (!(await condition())) {
    if (monotonicMilliseconds() > end) throw new CannotStart(failure())
    await wait(pollMilliseconds)
  }
}

/** A process of this very data folder that runs already: left by a server that was killed, or another server's. */
const findRunning = (cluster: string): PostmasterFile | null => {
  const file = readPostmasterFile(cluster)
  return file !== null && isPostmasterOf(file.pid, cluster) ? file : null
}

/**
 * PostgreSQL judges its own stale file, and looks for survivors of the process that wrote it. Only a pid that now
 * is another program of the same user deceives it: that file goes.
 */
const removeDeceptiveFile = (cluster: string): void => {
  const file = readPostmasterFile(cluster)
  if (file !== null && isAlive(file.pid) && !isPostmasterOf(file.pid, cluster)) {
    rmSync(join(cluster, 'postmaster.pid'), { force: true })
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
    () => `the embedded PostgreSQL did not start: ${endOfLog(cluster)}`,
  )
}

const stopRunning = async (cluster: string): Promise<void> => {
  const running = findRunning(cluster)
  if (running === null) return
  process.kill(running.pid, 'SIGINT') // fast shutdown, PostgreSQL manual 19.5
  await until(
    () => !isPostmasterOf(running.pid, cluster),
    stopDeadlineMilliseconds,
    () => `the embedded PostgreSQL (process ${running.pid}) does not stop`,
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
    () => `another sidep runs on ${dataDirectory}; give this one a DATA_DIR of its own`,
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
