/** What keeps a portal from starting, as one sentence for who started it: what is wrong and what to do. */
import { closeSync, existsSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CannotStart, type StartFailureCode } from './start-failure-codes.ts'

export { CannotStart } from './start-failure-codes.ts'

/** Enough to notice a full disk before a database is half made. */
const trialBytes = 256 * 1024

/** Step by step: with `recursive`, Node (24) never comes back from a folder that no folder can be made in (/proc). */
const makeFolder = (path: string): void => {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o711 })
  } catch (error) {
    // Another process was first.
    if (!existsSync(path)) throw error
  }
}

export const systemCodeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it can only be read',
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a part of it is a file',
  EEXIST: 'it is a file',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full for this user',
}

const cannotWrite = (folder: string, code: string): CannotStart =>
  new CannotStart(
    'DATA_FOLDER_UNUSABLE',
    `the data folder ${folder} cannot be used: ${reasons[code] ?? code}; choose another with DATA_DIR`,
  )

/** @throws CannotStart when data cannot be kept in the folder; it is made when missing */
export const ensureDataFolder = (folder: string): void => {
  const trial = join(folder, `.trial-${process.pid}`)
  try {
    makeFolder(folder)
    if (!statSync(folder).isDirectory()) throw cannotWrite(folder, 'EEXIST')
    const file = openSync(trial, 'w', 0o600)
    try {
      writeSync(file, new Uint8Array(trialBytes))
    } finally {
      closeSync(file)
      rmSync(trial, { force: true })
    }
  } catch (error) {
    if (error instanceof CannotStart) throw error
    throw cannotWrite(folder, systemCodeOf(error))
  }
}

/** A code and its sentence. */
type Said = readonly [StartFailureCode, string]

const ofOurs: Readonly<Record<string, Said>> = {
  KEY_ENCRYPTION_KEY_WRONG: [
    'KEY_ENCRYPTION_KEY_WRONG',
    'the key-encryption key is not the one that this database’s data keys were wrapped with; give KEY_ENCRYPTION_KEY its ' +
      'former value (or, in development, put back the file key-encryption-key of the data folder): without it nobody’s ' +
      'identity data can be read',
  ],
}

const ofPorts = (error: Error, code: string): Said | null => {
  const port = 'port' in error ? String(error.port) : ''
  if (code === 'EADDRINUSE')
    return [
      'PORT_TAKEN',
      `port ${port} is taken; choose another with PORT, OPERATOR_PORT or CARD_PORT, of other processes LABORATORY_PORT, VENDOR_PORT or WATCH_PORT`,
    ]
  if (code === 'EADDRNOTAVAIL')
    return [
      'ADDRESS_ELSEWHERE',
      `this machine does not have the address ${'address' in error ? String(error.address) : ''}; correct HOST, OPERATOR_HOST or CARD_PROXY_HOST`,
    ]
  if (code === 'EACCES' && 'syscall' in error && error.syscall === 'listen')
    return [
      'PORT_REFUSED',
      `this user may not listen on port ${port}; choose another with PORT, OPERATOR_PORT or CARD_PORT, of other processes LABORATORY_PORT, VENDOR_PORT or WATCH_PORT`,
    ]
  return null
}

/** PostgreSQL's codes of a refused connection (Appendix A of its manual), and the driver's. */
const ofDatabase: Readonly<Record<string, Said>> = {
  '28P01': ['DATABASE_REFUSES', 'it refuses the password of DATABASE_URL'],
  '28000': ['DATABASE_REFUSES', 'it refuses the user of DATABASE_URL'],
  '3D000': ['DATABASE_REFUSES', 'it has no database of the name in DATABASE_URL'],
  '53100': ['DISK_FULL', 'its disk is full'],
  '57P03': ['DATABASE_STARTING', 'it is starting; try again in a moment'],
  '42501': ['DATABASE_REFUSES', 'the user of DATABASE_URL may not make tables'],
  // PgBouncer says it of `statement_timeout` (its manual: ignore_startup_parameters).
  '08P01': [
    'DATABASE_POOLED',
    'a pooler before it does not take the settings of a connection; in transaction mode it would lose statements too: lead DATABASE_URL to PostgreSQL itself, ' +
      'or through a proxy of connections such as HAProxy',
  ],
  '25006': ['DATABASE_READ_ONLY', 'it can only be read; DATABASE_URL must lead to the primary'],
  ECONNREFUSED: ['DATABASE_UNREACHABLE', 'nobody listens at the address of DATABASE_URL'],
  ENOTFOUND: ['DATABASE_UNREACHABLE', 'the host of DATABASE_URL is not known'],
  EAI_AGAIN: ['DATABASE_UNREACHABLE', 'nobody says now where the host of DATABASE_URL is'],
  CONNECT_TIMEOUT: ['DATABASE_UNREACHABLE', 'the host of DATABASE_URL does not answer'],
}

const saidOf = (error: Error): Said | null => {
  const code = systemCodeOf(error)
  const own = ofOurs[code] ?? ofPorts(error, code)
  if (own !== null) return own
  const database = ofDatabase[code]
  if (database !== undefined) return [database[0], `the database does not open: ${database[1]}`]
  const path = 'path' in error && typeof error.path === 'string' ? error.path : null
  if (path !== null && reasons[code] !== undefined)
    return ['FILE_UNREADABLE', `${path} cannot be used: ${reasons[code]}`]
  return null
}

/**
 * One sentence for what was thrown while starting, its code first.
 *
 * @returns null for a fault of the program itself, of which the whole is to be shown
 */
export const startFailure = (error: unknown): string | null => {
  if (!(error instanceof Error)) return null
  if (error instanceof CannotStart) return error.message
  const said = saidOf(error)
  return said === null ? null : `${said[0]}: ${said[1]}`
}
