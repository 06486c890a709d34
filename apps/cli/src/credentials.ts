/**
 * Secrets from files: systemd's credentials (systemd.exec(5), LoadCredential) and containers' secrets are files in a folder that
 * CREDENTIALS_DIRECTORY names. One called DATABASE_URL is the setting of that name; what is set by itself stays.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommandFailure, exitCodes } from './failure.ts'

/** `LoadCredential=sidep:FOLDER` gives each file of the folder as `sidep_NAME`. */
const namePattern = /^(?:sidep_)?([A-Z][A-Z0-9_]*)$/

/** Adds to an environment what the files say. @throws CommandFailure when one cannot be read */
export const takeCredentials = (environment: Record<string, string | undefined>): void => {
  const folder = environment.CREDENTIALS_DIRECTORY
  if (folder === undefined || folder === '') return
  try {
    for (const file of readdirSync(folder)) {
      const [, name] = namePattern.exec(file) ?? []
      if (name === undefined || (environment[name] ?? '') !== '') continue
      environment[name] = readFileSync(join(folder, file), 'utf8').trim()
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`a credential cannot be read: ${reason}`, exitCodes.configuration)
  }
}
