/** `sidep message --check FILE…`: an integrator's first tool. One JSON object a message, in order. */
import { open } from 'node:fs/promises'
import { parseFiness } from '@sidep/identifiers'
import { defaultLimits, timeZoneOf } from '@sidep/screening'
import {
  answerOfNone,
  type CheckContext,
  type CheckedMessage,
  checkMessages,
} from '@sidep/server/laboratory/message-check.ts'
import { shippedCatalogue } from '@sidep/server/platform/catalogue.ts'
import type { Command } from 'commander'
import { CommandFailure, exitCodes } from '../failure.ts'
import { parseInstantLeniently } from '../instant.ts'
import { LineWriter } from '../output.ts'

interface MessageOptions {
  readonly check?: boolean
  readonly at?: string
  readonly site?: string
  readonly postalCode?: string
  readonly language?: string
}

/** A day's batch of a large laboratory; larger files are not opened. */
const fileBytesMax = 64 * 1024 * 1024

export const define = (command: Command): void => {
  command
    .argument('<files...>', 'HL7 v2 messages or batches, or FHIR R4 bundles in JSON')
    .option('--check', 'say what the portal would answer, and send nothing')
    .option('--at <instant>', 'judge as if it were then (default: when each message was made)')
    .option('--site <finess>', 'FINESS of the laboratory, as its certificate names it')
    .option('--postal-code <code>', 'of the laboratory, for times without an offset')
    .option('--language <language>', 'of the texts: fr or en', 'fr')
    .addHelpText(
      'after',
      '\nExit codes: 0 every message would be accepted, 1 one would not, 64 wrong usage, 66 no such file.',
    )
    .action(run)
}

const contextOf = ({ at, site, postalCode, language }: MessageOptions): CheckContext => {
  const instant = at === undefined ? null : parseInstantLeniently(at)
  if (at !== undefined && instant === null) {
    throw new CommandFailure('--at wants an instant such as 2021-08-13T16:00:00+02:00')
  }
  if (site !== undefined && !parseFiness(site).ok) {
    throw new CommandFailure('--site wants a FINESS number: nine characters')
  }
  if (language !== 'fr' && language !== 'en') throw new CommandFailure('--language wants fr or en')
  return {
    catalogue: shippedCatalogue(),
    limits: defaultLimits,
    at: instant,
    now: new Date(),
    timeZone: timeZoneOf(postalCode ?? null),
    siteId: site ?? null,
    language,
  }
}

/** Null: it is too large to be opened. */
const readFile = async (path: string): Promise<Uint8Array | null> => {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    return size > fileBytesMax ? null : await file.readFile()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`${path} cannot be read: ${reason}`, exitCodes.noInput)
  }
}

const run = async (files: readonly string[], options: MessageOptions): Promise<void> => {
  if (options.check !== true) {
    throw new CommandFailure('sidep message checks messages: sidep message --check FILE…')
  }
  const context = contextOf(options)
  const writer = new LineWriter(process.stdout)
  const answers: CheckedMessage[] = []
  for (const file of files) {
    const bytes = await readFile(file)
    const checked =
      bytes === null ? [answerOfNone('MESSAGE_TOO_LARGE', context)] : checkMessages(bytes, context)
    for (const answer of checked) {
      answers.push(answer)
      await writer.write(JSON.stringify({ file, ...answer }))
    }
  }
  await writer.flush()
  process.exitCode = answers.every(({ ack }) => ack === 'AA') ? 0 : 1
}
