import { randomBytes } from 'node:crypto'
import { accessSync, constants, createReadStream, statSync } from 'node:fs'
import {
  type ImportResult,
  type ImportSummary,
  importDirectory,
  type RefusedLine,
} from '@sidep/server/login/directory/index.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { describeFaults, parseConfiguration } from '@sidep/server/platform/configuration.ts'
import { type OpenDatabase, openDatabase } from '@sidep/server/platform/database.ts'
import type { Command } from 'commander'
import { CommandFailure, exitCodes } from '../failure.ts'

interface ImportOptions {
  readonly allowShrinking?: boolean
  readonly json?: boolean
}

// sysexits.h
const exitCodeDataError = 65
const exitCodeUnavailable = 69

/** Refused lines shown one by one; the rest is counted by code. */
const refusedShownMax = 100
const linesPerProgress = 20_000

export const define = (command: Command): void => {
  command
    .argument('<file>', 'PS_LibreAcces_Personne_activite_<yyyymmddHHMM>.txt, unzipped')
    .option(
      '--allow-shrinking',
      'deactivate what the file no longer has even when that is more than 10 % of all activities',
    )
    .option('--json', 'print the summary as one JSON object')
    .addHelpText(
      'after',
      `
The database is that of DATABASE_URL, or the embedded one in DATA_DIR, which must not be in use.
Lines in error are named on the error output by number, code and column, and passed over.
Exit 0 imported, 1 imported but what vanished was too much to believe, 65 not such a file.`,
    )
    .action(importFile)
}

const openConfigured = async (): Promise<OpenDatabase> => {
  const parsed = parseConfiguration(process.env, process.cwd())
  if (!parsed.ok) throw new CommandFailure(describeFaults(parsed.faults), exitCodes.configuration)
  try {
    return await openDatabase(parsed.value.databaseUrl, parsed.value.dataDirectory)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`the database does not open: ${reason}`, exitCodeUnavailable)
  }
}

const refuseMissingFile = (file: string): void => {
  let isFile: boolean
  try {
    isFile = statSync(file, { throwIfNoEntry: false })?.isFile() === true
    if (isFile) accessSync(file, constants.R_OK)
  } catch {
    throw new CommandFailure(`${file} may not be read by this user`, exitCodes.noInput)
  }
  if (!isFile) throw new CommandFailure(`${file} is not a file`, exitCodes.noInput)
}

/** Names refused lines on the error output, so that a summary can be piped on. */
const reportRefused = (): ((refused: RefusedLine) => void) => {
  let shown = 0
  return ({ line, code, column }) => {
    shown += 1
    if (shown <= refusedShownMax) {
      console.error(`line ${line}: ${code}${column === null ? '' : ` (${column})`}`)
    } else if (shown === refusedShownMax + 1) {
      console.error('… further refused lines are only counted')
    }
  }
}

const reportProgress = (): ((lines: number) => void) => {
  let next = linesPerProgress
  return (lines) => {
    if (lines < next) return
    next = lines + linesPerProgress
    console.error(`${lines} lines`)
  }
}

const describe = (summary: ImportSummary): string => {
  const codes = Object.entries(summary.refusedByCode)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ')
  return [
    `${summary.lines} lines: ${summary.professionals} professionals, ${summary.sites} sites, ${summary.activities} activities`,
    `${summary.withoutSite} without FINESS (no screening can be entered there), ${summary.otherIdentifiers} people without RPPS`,
    `${summary.refused} lines refused${codes === '' ? '' : `: ${codes}`}`,
    `${summary.deactivated} activities have vanished and are deactivated`,
    ...(summary.deactivationWithheld === 0
      ? []
      : [
          `${summary.deactivationWithheld} more would be: too many to believe, the file may be cut. Nothing was deactivated; --allow-shrinking does it.`,
        ]),
  ].join('\n')
}

const tell = (result: ImportResult, json: boolean): void => {
  if (!result.ok) {
    const missing = result.missing.length === 0 ? '' : `; missing: ${result.missing.join(', ')}`
    throw new CommandFailure(`nothing was imported: ${result.code}${missing}`, exitCodeDataError)
  }
  console.log(json ? JSON.stringify(result.summary) : describe(result.summary))
  if (result.summary.deactivationWithheld > 0) process.exitCode = 1
}

const importFile = async (file: string, options: ImportOptions): Promise<void> => {
  refuseMissingFile(file)
  const database = await openConfigured()
  try {
    const result = await importDirectory(createReadStream(file), {
      database: database.pools.worker,
      clock: systemClock,
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
      allowShrinking: options.allowShrinking === true,
      onRefused: reportRefused(),
      onProgress: reportProgress(),
    })
    tell(result, options.json === true)
  } finally {
    await database.close()
  }
}
