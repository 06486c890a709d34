import { parseFiness, parseUuidV7 } from '@sidep/identifiers'
import { confirmAsAuthority } from '@sidep/server/intake/confirm-as-authority.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import { Problem } from '@sidep/server/platform/problems.ts'
import { type Command, InvalidArgumentError } from 'commander'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure } from '../failure.ts'
import { wordsOf } from '../operator-words.ts'

interface ConfirmOptions {
  readonly by: string
  readonly reason: string
  readonly json?: boolean
}

const siteOf = (text: string): string => {
  const site = parseFiness(text)
  if (!site.ok) throw new InvalidArgumentError(`${text} is no FINESS number`)
  return site.value
}

const screeningOf = (text: string): string => {
  const id = parseUuidV7(text)
  if (!id.ok) throw new InvalidArgumentError('the id of a screening, as `booklets --flags` says it')
  return id.value
}

export const define = (command: Command): void => {
  command
    .argument('<site>', 'FINESS of the site', siteOf)
    .argument('<screening>', 'id of the screening', screeningOf)
    .requiredOption('--by <name>', 'who decides it: it stands in the audit chain', wordsOf)
    .requiredOption('--reason <why>', 'what it was decided on', wordsOf)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
A positive entered more than a day after its sample waits for somebody else of the site; where there is nobody, for the
authority. Those that wait: \`npx sidep booklets --flags\`, code POSITIVE_LATE. Once confirmed its certificate is issued,
and the person told. The database and the keys are those of the configuration, with its server running or not.`,
    )
    .action(confirm)
}

const confirm = async (
  siteId: string,
  screeningId: string,
  { by, reason, json }: ConfirmOptions,
): Promise<void> => {
  const configuration = readConfiguration()
  const confirmation = { siteId, screeningId, name: by, reason }
  const answer = await withDatabaseBesides(configuration, ({ pools }) =>
    confirmAsAuthority(
      { configuration, database: pools.worker, clock: systemClock, randomBytes: systemRandomBytes },
      confirmation,
    ),
  ).catch((error: unknown) => {
    if (error instanceof Problem) throw new CommandFailure(error.code)
    throw error
  })
  const uvci = answer.certificate?.uvci ?? null
  if (json === true) console.log(JSON.stringify({ site: siteId, screening: screeningId, uvci, by }))
  else console.log(uvci === null ? 'nothing waits for a confirmation' : `confirmed: ${uvci}`)
}
