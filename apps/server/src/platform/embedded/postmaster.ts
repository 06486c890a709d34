/**
 * The process of an embedded PostgreSQL: what it is started with, its log, and whether it is the one of a data folder.
 */
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { archiveCommand, archiveLinkOf } from './archive.ts'
import type { Placement } from './placement.ts'

/** Settings by name, as PostgreSQL's manual has them. */
export type ServerSettings = Readonly<Record<string, string>>

const settings = (socketFolder: string): ServerSettings => ({
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
  // Costs nothing until `sidep backup` has said where to; to turn it on later would take a restart.
  archive_mode: 'on',
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
export const isPostmasterOf = (pid: number, cluster: string): boolean => {
  const commandLine = `/proc/${pid}/cmdline`
  if (!existsSync('/proc/self/cmdline')) return isAlive(pid)
  if (!existsSync(commandLine)) return false
  const words = readFileSync(commandLine, 'utf8').split('\0')
  return words.includes(cluster) && words.some((word) => /(^|\/)postgres$/.test(word))
}

const logOf = (cluster: string): string => `${cluster}.log`

/**
 * Starts the server process in a session of its own, its log in a file: it needs nothing of ours to live.
 *
 * @param more for this start alone, such as how far to recover
 * @returns whether it has ended
 */
export const launch = (placement: Placement, more: ServerSettings = {}): (() => boolean) => {
  const { cluster, user, postgres: program, socketFolder } = placement
  const archiving = { archive_command: archiveCommand(archiveLinkOf(cluster)) }
  const given = { ...settings(socketFolder), ...archiving, ...more }
  const parameters = Object.entries(given).map(([name, value]) => `--${name}=${value}`)
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

export const endOfLog = (cluster: string): string => {
  const path = logOf(cluster)
  return existsSync(path) ? readFileSync(path, 'utf8').slice(-2_000) : ''
}

/** A process of this very data folder that runs already: left by a server that was killed, or another server's. */
export const findRunning = (cluster: string): PostmasterFile | null => {
  const file = readPostmasterFile(cluster)
  return file !== null && isPostmasterOf(file.pid, cluster) ? file : null
}

/**
 * PostgreSQL judges its own stale file, and looks for survivors of the process that wrote it. Only a pid that now
 * is another program of the same user deceives it: that file goes.
 */
export const removeDeceptiveFile = (cluster: string): void => {
  const file = readPostmasterFile(cluster)
  if (file !== null && isAlive(file.pid) && !isPostmasterOf(file.pid, cluster)) {
    rmSync(join(cluster, 'postmaster.pid'), { force: true })
  }
}
