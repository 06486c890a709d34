/** What commands that work on a portal's database have in common: its configuration, its database, its signers' root. */

import { readKeyFolder } from '@sidep/server/issuance/key-folder.ts'
import { publicKeyInfo } from '@sidep/server/issuance/signers.ts'
import {
  type Configuration,
  describeFaults,
  parseConfiguration,
} from '@sidep/server/platform/configuration.ts'
import {
  type OpenDatabase,
  openDatabase,
  openDatabaseBesides,
} from '@sidep/server/platform/database.ts'
import { CommandFailure, exitCodes } from './failure.ts'

export const readConfiguration = (): Configuration => {
  const parsed = parseConfiguration(process.env, process.cwd())
  if (!parsed.ok) throw new CommandFailure(describeFaults(parsed.faults), exitCodes.configuration)
  return parsed.value
}

type Work<T> = (database: OpenDatabase) => Promise<T>

/** Opens the database, does the work, closes it whatever happens. */
export const withDatabase = <T>(configuration: Configuration, work: Work<T>): Promise<T> =>
  withOpened(openDatabase, configuration, work)

/** The same where the embedded database may be that of a server that runs. */
export const withDatabaseBesides = <T>(configuration: Configuration, work: Work<T>): Promise<T> =>
  withOpened(openDatabaseBesides, configuration, work)

const withOpened = async <T>(
  open: typeof openDatabase,
  { databaseUrl, dataDirectory, ownerDatabaseUrl }: Configuration,
  work: Work<T>,
): Promise<T> => {
  const database = await open(databaseUrl, dataDirectory, ownerDatabaseUrl).catch(
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      throw new CommandFailure(`the database does not open: ${reason}`, exitCodes.unavailable)
    },
  )
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

/** DER of the root that signed the signers' certificates. */
export const readRootCertificate = async ({
  keysDirectory,
}: Configuration): Promise<Uint8Array> => {
  try {
    return (await readKeyFolder(keysDirectory)).rootCertificate
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(
      `the folder of keys cannot be read: ${reason}`,
      exitCodes.configuration,
    )
  }
}

/** SubjectPublicKeyInfo, DER, of the keys that sign trust bundles. */
export const readBundleAnchors = async ({
  keysDirectory,
}: Configuration): Promise<readonly Uint8Array[]> => {
  const { keys } = await readKeyFolder(keysDirectory)
  return keys.filter(({ scope }) => scope === 'bundle').map(publicKeyInfo)
}
