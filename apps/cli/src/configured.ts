/** What commands that work on a portal's database have in common: its configuration, its database, its signers' root. */
import { type Configuration, describeFaults, parseConfiguration } from '@sidep/server'
import { readKeyFolder } from '@sidep/server/issuance/key-folder.ts'
import { type OpenDatabase, openDatabase } from '@sidep/server/platform/database.ts'
import { CommandFailure } from './failure.ts'

// sysexits.h
const exitCodeUnavailable = 69
const exitCodeConfiguration = 78

export const readConfiguration = (): Configuration => {
  const parsed = parseConfiguration(process.env, process.cwd())
  if (!parsed.ok) throw new CommandFailure(describeFaults(parsed.faults), exitCodeConfiguration)
  return parsed.value
}

/** Opens the database, does the work, closes it whatever happens. */
export const withDatabase = async <T>(
  { databaseUrl, dataDirectory }: Configuration,
  work: (database: OpenDatabase) => Promise<T>,
): Promise<T> => {
  const database = await openDatabase(databaseUrl, dataDirectory).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`the database does not open: ${reason}`, exitCodeUnavailable)
  })
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
    throw new CommandFailure(`the folder of keys cannot be read: ${reason}`, exitCodeConfiguration)
  }
}
