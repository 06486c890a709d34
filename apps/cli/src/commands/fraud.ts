import {
  closeAlerts,
  type FraudAlert,
  listAlerts,
} from '@sidep/server/operations/fraud/fraud-store.ts'
import type { Evidence } from '@sidep/server/operations/fraud/judge.ts'
import { replayFraud } from '@sidep/server/operations/fraud/replay.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { dayMilliseconds } from '@sidep/time'
import type { Command } from 'commander'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure } from '../failure.ts'
import { loadUnlessLeftOut } from '../left-out.ts'
import { nameOf, professionalOf, wordsOf } from '../operator-words.ts'
import { seedOf } from '../seed.ts'

interface FraudOptions {
  readonly close?: string
  readonly reason?: string
  readonly by?: string
  readonly closed?: boolean
  readonly simulated?: boolean
  readonly seed: number
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .option(
      '--close <professional>',
      'close what is open of somebody, by national id',
      professionalOf,
    )
    .option('--reason <words>', 'with --close: what was found, for the audit chain', wordsOf)
    .option('--by <name>', 'with --close: who looked at it', nameOf)
    .option('--closed', 'list those that were closed too')
    .option('--simulated', 'try the rules on simulated true counters and stolen accounts')
    .option('--seed <n>', 'with --simulated: the same seed, the same conduct', seedOf, 1)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
The portal looks by the minute at what was recorded and leaves an alert where a professional's day is odd enough; it stops
nobody. What to do about one: sidep suspend, and sidep revoke --professional … --since …, which says first how many.
Exit 1 where an alert is open.

Examples:
  npx sidep fraud
  npx sidep fraud --close 899700075122 --reason 'new computer, confirmed by phone' --by c.martin
  npx sidep fraud --simulated --seed 1 --json`,
    )
    .action(fraud)
}

const evidenceText = (evidence: readonly Evidence[]): string =>
  evidence
    .map(({ code, value, points }) => `${code} ${Number(value.toFixed(1))} (${Math.round(points)})`)
    .join(', ')

const describe = ({
  professionalId,
  openedAt,
  points,
  entries,
  sites,
  evidence,
  closedAt,
}: FraudAlert): string =>
  `${Math.round(points)}  ${professionalId}  since ${openedAt.toISOString()}, ${entries} in a day at ${sites.join(' ')}${closedAt === null ? '' : ', closed'}\n     ${evidenceText(evidence)}`

const simulatedSites = 300
const learnedDays = 7
const simulatedConduct = { sites: simulatedSites, days: 35, thefts: 40, testsPerTheft: 200 }
/** Within a minute a counter, or a thief, enters no more than this many. */
const judgedEvery = 3

/** The trade that the rules make: alerts on true counters, and how soon a stolen account is found. */
const trySimulated = async (seed: number) => {
  const { simulateConduct } = await loadUnlessLeftOut(
    '--simulated needs',
    () => import('@sidep/sim'),
  )
  const { entries, thefts } = simulateConduct({ seed, ...simulatedConduct })
  const from = (entries[0]?.recordedAt ?? 0) + learnedDays * dayMilliseconds
  const alerts = replayFraud(entries, from, judgedEvery)
  const stolen = thefts.map((_, index) => entries.filter(({ theft }) => theft === index))
  const ofTheft = new Map<unknown, number>()
  for (const [index, own] of stolen.entries()) for (const entry of own) ofTheft.set(entry, index)
  const foundAfter: (number | null)[] = thefts.map(() => null)
  let falseAlerts = 0
  for (const { at, entries: day } of alerts) {
    const theft = day.map((entry) => ofTheft.get(entry)).find((index) => index !== undefined)
    if (theft === undefined) falseAlerts += 1
    else {
      foundAfter[theft] ??= (stolen[theft] ?? []).filter(
        ({ recordedAt }) => recordedAt <= at,
      ).length
    }
  }
  const siteDays = simulatedSites * (simulatedConduct.days - learnedDays)
  const found = foundAfter.filter((count) => count !== null)
  return {
    seed,
    entries: entries.length,
    siteDays,
    falseAlerts,
    falseAlertsPerThousandSiteDays: (1_000 * falseAlerts) / siteDays,
    stolenAccounts: thefts.length,
    found: found.length,
    foundAfterMax: Math.max(0, ...found),
    foundAfter: thefts.map(({ kind }, index) => ({ kind, tests: foundAfter[index] ?? null })),
  }
}

const closeOne = async (
  professionalId: string,
  { reason, by, json }: FraudOptions,
): Promise<void> => {
  if (reason === undefined || by === undefined) {
    throw new CommandFailure('this needs --reason and --by')
  }
  const closed = await withDatabaseBesides(readConfiguration(), ({ pools }) =>
    closeAlerts(pools.worker, professionalId, { reason, by }, systemClock.now()),
  )
  if (json === true) console.log(JSON.stringify({ closed }))
  else console.log(closed === 0 ? 'nothing was open' : `closed: ${closed}`)
  if (closed === 0) process.exitCode = 1
}

const fraud = async (options: FraudOptions): Promise<void> => {
  const { close, closed = false, simulated, seed, json } = options
  if (simulated === true) {
    const tried = await trySimulated(seed)
    if (json === true) console.log(JSON.stringify(tried))
    else {
      console.log(
        `true counters: ${tried.falseAlerts} alerts in ${tried.siteDays} site-days, ${tried.falseAlertsPerThousandSiteDays.toFixed(2)} in a thousand
stolen accounts: ${tried.found} of ${tried.stolenAccounts} found, the last after ${tried.foundAfterMax} tests`,
      )
    }
    return
  }
  if (close !== undefined) return closeOne(close, options)
  const alerts = await withDatabaseBesides(readConfiguration(), ({ pools }) =>
    listAlerts(pools.worker, closed),
  )
  if (json === true) console.log(JSON.stringify({ alerts }))
  else console.log(alerts.length === 0 ? 'no alert is open' : alerts.map(describe).join('\n'))
  if (alerts.some(({ closedAt }) => closedAt === null)) process.exitCode = 1
}
