import { demoOperators, directoryFile, generateProfessionals, probeIdentity } from '@sidep/dev'
import { importDirectory, isDirectoryEmpty } from '@sidep/server/login/directory/index.ts'
import { addRole } from '@sidep/server/login/operators.ts'
import type { Platform } from '@sidep/server/platform/context.ts'
import { syntheticProfessionals } from '../stand-ins.ts'

/**
 * Imports an invented directory of professionals when none was ever imported, and lets two of them into `/pilotage/`.
 *
 * @returns how many professionals it has, or null when there was a directory already
 */
export const fillEmptyDirectory = async ({
  database,
  clock,
  randomBytes,
}: Pick<Platform, 'database' | 'clock' | 'randomBytes'>): Promise<number | null> => {
  if (!(await isDirectoryEmpty(database))) return null
  const { count, seed } = syntheticProfessionals
  const file = directoryFile([...generateProfessionals(count, seed), probeIdentity])
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(file)
  }
  const result = await importDirectory(bytes(), { database, clock, randomBytes })
  // The file is our own: that it cannot be read is a fault of this program.
  if (!result.ok) throw new Error(`the synthetic directory does not import: ${result.code}`)
  for (const { person, role } of demoOperators) {
    const order = { personId: person.nationalId, role, reason: 'demonstration', by: 'start' }
    await addRole(database, order, clock.now())
  }
  return result.summary.professionals
}
