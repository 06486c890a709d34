/** What keeps a portal from starting, as one sentence for who started it: what is wrong and what to do. */
import { closeSync, existsSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The message is the sentence. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart'
}

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

const codeOf = (error: unknown): string =>
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

const cannotWrite = (folder: string, code: string): string =>
  `the data folder ${folder} cannot be used: ${reasons[code] ?? code}; choose another with DATA_DIR`

/** @throws CannotStart when data cannot be kept in the folder; it is made when missing */
export const ensureDataFolder = (folder: string): void => {
  const trial = join(folder, `.trial-${process.pid}`)
  try {
    makeFolder(folder)
    if (!statSync(folder).isDirectory()) throw new CannotStart(cannotWrite(folder, 'EEXIST'))
    const file = openSync(trial, 'w', 0o600)
    try {
      writeSync(file, new Uint8Array(trialBytes))
    } finally {
      closeSync(file)
      rmSync(trial, { force: true })
    }
  } catch (error) {
    if (error instanceof CannotStart) throw error
    throw new CannotStart(cannotWrite(folder, codeOf(error)), { cause: error })
  }
}

const ofOurs: Readonly<Record<string, string>> = {
  KEY_ENCRYPTION_KEY_WRONG:
    'the key-encryption key is not the one that this database’s data keys were wrapped with; give KEY_ENCRYPTION_KEY its ' +
    'former value (or, in development, put back the file key-encryption-key of the data folder): without it nobody’s ' +
    'identity data can be read',
}

const ofPorts = (error: Error, code: string): string | null => {
  const port = 'port' in error ? String(error.port) : ''
  if (code === 'EADDRINUSE')
    return `port ${port} is taken; choose another with PORT, OPERATOR_PORT or CARD_PORT`
  if (code === 'EACCES' && 'syscall' in error && error.syscall === 'listen')
    return `this user may not listen on port ${port}; choose another with PORT, OPERATOR_PORT or CARD_PORT`
  return null
}

/** PostgreSQL's codes of a refused connection (Appendix A of its manual), and the driver's. */
const ofDatabase: Readonly<Record<string, string>> = {
  '28P01': 'it refuses the password of DATABASE_URL',
  '28000': 'it refuses the user of DATABASE_URL',
  '3D000': 'it has no database of the name in DATABASE_URL',
  '53100': 'its disk is full',
  '57P03': 'it is starting; try again in a moment',
  '42501': 'the user of DATABASE_URL may not make tables',
  '25006': 'it can only be read; DATABASE_URL must lead to the primary',
  ECONNREFUSED: 'nobody listens at the address of DATABASE_URL',
  ENOTFOUND: 'the host of DATABASE_URL is not known',
  CONNECT_TIMEOUT: 'the host of DATABASE_URL does not answer',
}

/**
 * One sentence for what was thrown while starting.
 *
 * @returns null for a fault of the program itself, of which the whole is to be shown
 */
export const startFailure = (error: unknown): string | null => {
  if (!(error instanceof Error)) return null
  if (error instanceof CannotStart) return error.message
  const code = codeOf(error)
  const own = ofOurs[code] ?? ofPorts(error, code)
  if (own !== null) return own
  const reason = ofDatabase[code]
  if (reason !== undefined) return `the database does not open: ${reason}`
  const path = 'path' in error && typeof error.path === 'string' ? error.path : null
  if (path !== null && reasons[code] !== undefined)
    return `${path} cannot be used: ${reasons[code]}`
  return null
}
