import { type AuditCheck, checkAudit } from '@sidep/server/audit/check-rolls.ts'
import { listReadings, type Reading } from '@sidep/server/audit/readings.ts'
import { openStatementVerifier } from '@sidep/server/audit/statement-signers.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { dayMilliseconds } from '@sidep/time'
import type { Command } from 'commander'
import {
  readBundleAnchors,
  readConfiguration,
  readRootCertificate,
  withDatabase,
} from '../configured.ts'
import { CommandFailure } from '../failure.ts'
import { parseInstantLeniently } from '../instant.ts'
import { readOutsideDigests } from '../outside-digests.ts'

interface AuditOptions {
  readonly check?: boolean
  readonly readings?: boolean
  readonly from?: string
  readonly to?: string
  readonly site?: string
  readonly against?: readonly string[]
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .option('--check', 'walk the chains and compare them with their signed heads')
    .option(
      '--against <digest...>',
      'what was kept outside: NUMBER:HEX of a day, or a trust bundle that a verifier fetched',
    )
    .option('--readings', 'who was shown what of people tested, oldest first')
    .option('--from <instant>', 'with --readings: since then (default: a day ago)')
    .option('--to <instant>', 'with --readings: until then (default: now)')
    .option('--site <finess>', 'one chain alone (default: all)')
    .option('--json', 'print the outcome as one JSON object')
    .addHelpText(
      'after',
      `
The database is that of DATABASE_URL, or the embedded one in DATA_DIR, which must not be in use.
Signatures are checked against the root in KEYS_DIR. Who has the database and the keys could have written all of it anew:
only a digest that was kept outside can tell, and so one is required. Any day's will do for all days before it. They are in
every trust bundle and in the log (audit heads signed).
  npx sidep audit --check --against bundle-of-last-week.cose
  npx sidep audit --check --against 12:4f1d…
Exit 0 all as written, 1 something is not.
What is read leaves a trace in the same chains: lists once in half an hour for each screen, openings and look-ups each time.
  npx sidep audit --readings --site 750712184 --from 2021-08-13T15:30:00+02:00 --to 2021-08-14T00:00:00+02:00`,
    )
    .action(audit)
}

const describeRolls = ({ rolls }: AuditCheck): string[] => {
  if (rolls.ok) {
    return [
      `${rolls.days} days of signed heads, none taken out`,
      `day ${rolls.agreed} is as it was kept outside, and so are all before it`,
    ]
  }
  return [`signed heads${rolls.day === null ? '' : ` of ${rolls.day}`}: ${rolls.code}`]
}

const describe = (check: AuditCheck): string =>
  [
    `${check.chains} chains, ${check.rows} rows, ${check.signedHeads} signed heads agreed with`,
    ...describeRolls(check),
    ...check.broken.map(({ siteId, code, sequence }) => `${siteId}: ${code} at ${sequence}`),
    check.ok ? 'as written' : 'NOT as written: see docs/operating/retention.md',
  ].join('\n')

const readingsMax = 10_000

const readInstant = (text: string): Date => {
  const instant = parseInstantLeniently(text)
  if (instant === null) throw new CommandFailure(`not an instant: ${text}`)
  return instant
}

const describeReading = (reading: Reading): string =>
  [
    reading.at.toISOString(),
    reading.siteId,
    reading.act,
    reading.professionalId ?? 'the person',
    ...(reading.operatorId === null ? [] : [`by ${reading.operatorId}`]),
    reading.subject ?? '',
  ].join(' ')

const showReadings = async ({ site, from, to, json }: AuditOptions): Promise<void> => {
  const now = systemClock.now()
  const times = {
    from: from === undefined ? new Date(now.getTime() - dayMilliseconds) : readInstant(from),
    to: to === undefined ? now : readInstant(to),
  }
  const readings = await withDatabase(readConfiguration(), ({ pools }) =>
    listReadings(pools.worker, { siteId: site ?? null, ...times, limit: readingsMax }),
  )
  if (json === true) console.log(JSON.stringify({ readings }))
  else for (const reading of readings) console.log(describeReading(reading))
  // A list cut short must not pass for all of it.
  if (readings.length === readingsMax) {
    throw new CommandFailure(`only the first ${readingsMax} are shown: take a shorter time`)
  }
}

const audit = async (options: AuditOptions): Promise<void> => {
  if (options.readings === true) return showReadings(options)
  if (options.check !== true) throw new CommandFailure('say what to do: --check or --readings')
  if (options.against === undefined) {
    throw new CommandFailure('say what was kept outside: --against NUMBER:HEX, or a trust bundle')
  }
  const configuration = readConfiguration()
  const root = await readRootCertificate(configuration)
  const outside = await readOutsideDigests(options.against, () => readBundleAnchors(configuration))
  const check = await withDatabase(configuration, async ({ pools }) => {
    const verifies = await openStatementVerifier(pools.worker, root)
    const at = systemClock.now()
    const { tracesDays } = configuration.retention
    const headsKeptSince = new Date(at.getTime() - tracesDays * dayMilliseconds)
    const dependencies = { verifies, at, headsKeptSince, outside }
    return checkAudit(pools.worker, options.site ?? null, dependencies)
  })
  console.log(options.json === true ? JSON.stringify(check) : describe(check))
  if (!check.ok) process.exitCode = 1
}
