import type { WithdrawalReason } from '@sidep/contracts'
import { parseFiness } from '@sidep/identifiers'
import { type ContinuityFlag, listFlags } from '@sidep/server/continuity/flags.ts'
import {
  withdrawBooklet,
  withdrawEverything,
  withdrawSite,
} from '@sidep/server/continuity/withdrawals.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import type { Pools } from '@sidep/server/platform/database.ts'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure } from '../failure.ts'
import { nameOf } from '../operator-words.ts'

const reasons: readonly WithdrawalReason[] = ['stolen', 'lost', 'misused', 'replaced']
const flagsMax = 1_000

/** What is withdrawn: everything, all booklets of a site, or one of them. */
interface Target {
  readonly siteId: string | null
  readonly bookletId: string | null
}

interface BookletsOptions {
  readonly withdraw?: readonly Target[]
  readonly reason?: WithdrawalReason
  readonly by?: string
  readonly flags?: boolean
  readonly resolved?: boolean
  readonly site?: string
  readonly json?: boolean
}

const siteOf = (text: string): string => {
  const site = parseFiness(text)
  if (!site.ok) throw new InvalidArgumentError(`${text} is no FINESS number`)
  return site.value
}

const targetOf = (text: string, before: readonly Target[] = []): readonly Target[] => {
  if (text === 'all') return [...before, { siteId: null, bookletId: null }]
  const [site = '', bookletId = null, ...rest] = text.split('/')
  const isBooklet = bookletId === null || /^[0-9a-f]{16}$/.test(bookletId)
  if (rest.length > 0 || !isBooklet) {
    throw new InvalidArgumentError(
      'all, a site (FINESS), or a site and a booklet: 750712184/0123456789abcdef',
    )
  }
  return [...before, { siteId: siteOf(site), bookletId }]
}

export const define = (command: Command): void => {
  command
    .option(
      '--withdraw <what...>',
      'all, sites, or single booklets as SITE/BOOKLET: verifiers refuse them with their next bundle',
      targetOf,
    )
    .addOption(new Option('--reason <why>', 'why they are withdrawn').choices(reasons))
    .option('--by <name>', 'who decides it: it stands in the audit chain', nameOf)
    .option('--flags', 'list what reconciling found odd, newest first')
    .option('--resolved', 'with --flags: those too whose missing numbers came in since')
    .option('--site <finess>', 'with --flags: of one site alone', siteOf)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
The database is that of DATABASE_URL, or the embedded one in DATA_DIR, with its server running or not.
What a withdrawal covers was given until now; a booklet taken afterwards is good again.`,
    )
    .action(booklets)
}

const withdraw = async (
  { worker }: Pools,
  { siteId, bookletId }: Target,
  reason: WithdrawalReason,
  by: string,
): Promise<boolean> => {
  const withdrawing = { actor: null, by, reason, at: systemClock.now() }
  if (siteId === null) await withdrawEverything(worker, withdrawing)
  else if (bookletId === null) await withdrawSite(worker, siteId, withdrawing)
  else return withdrawBooklet(worker, siteId, bookletId, withdrawing)
  return true
}

const describeTarget = ({ siteId, bookletId }: Target): string =>
  siteId === null ? 'all' : bookletId === null ? siteId : `${siteId}/${bookletId}`

const withdrawAll = async (options: BookletsOptions, targets: readonly Target[]): Promise<void> => {
  const { reason, by } = options
  if (reason === undefined || by === undefined) {
    throw new CommandFailure('a withdrawal needs --reason and --by')
  }
  const withdrawn: string[] = []
  const unknown: string[] = []
  await withDatabaseBesides(readConfiguration(), async ({ pools }) => {
    for (const target of targets) {
      const isKnown = await withdraw(pools, target, reason, by)
      const list = isKnown ? withdrawn : unknown
      list.push(describeTarget(target))
    }
  })
  if (options.json === true) console.log(JSON.stringify({ withdrawn, unknown, reason, by }))
  else {
    for (const target of withdrawn) console.log(`withdrawn: ${target}`)
    for (const target of unknown) console.log(`no such booklet: ${target}`)
  }
  if (unknown.length > 0) process.exitCode = 1
}

const describeFlag = (flag: ContinuityFlag): string => {
  const { flaggedAt, siteId, code, professionalId, reason, resolvedAt } = flag
  const end = resolvedAt === null ? '' : ` (resolved ${resolvedAt})`
  const why = reason === null ? '' : `  ${reason}`
  return `${flaggedAt}  ${siteId}  ${code}  ${documentOf(flag)}  ${professionalId}${why}${end}`
}

const documentOf = ({ bookletId, number, serial, screeningId }: ContinuityFlag): string => {
  if (bookletId !== null && number === null) return `booklet ${bookletId}`
  if (bookletId !== null) return `booklet ${bookletId} number ${number}`
  return serial === null ? `screening ${screeningId}` : `slip ${serial}`
}

const showFlags = async (options: BookletsOptions): Promise<void> => {
  const question = {
    siteId: options.site ?? null,
    withResolved: options.resolved === true,
    limit: flagsMax,
  }
  const flags = await withDatabaseBesides(readConfiguration(), ({ pools }) =>
    listFlags(pools.worker, question),
  )
  if (options.json === true) console.log(JSON.stringify({ flags }))
  else if (flags.length === 0) console.log('nothing odd')
  else for (const flag of flags) console.log(describeFlag(flag))
}

const booklets = async (options: BookletsOptions): Promise<void> => {
  if (options.withdraw !== undefined) await withdrawAll(options, options.withdraw)
  else if (options.flags === true) await showFlags(options)
  else throw new CommandFailure('say what to do: --withdraw or --flags')
}
