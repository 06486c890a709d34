import {
  benchApart,
  benchBacklog,
  benchFuzz,
  benchHandshakes,
  benchIssue,
  benchLaboratory,
  benchLogin,
  benchOutage,
  benchOverload,
  benchPkcs11,
  benchPseudonyms,
  benchRevocation,
  benchRobots,
  benchScan,
  benchSession,
  benchStorm,
  benchTrust,
  benchTyping,
  benchVerify,
  benchWatch,
  issueSitesMax,
} from '@sidep/bench'
import { Argument, type Command, InvalidArgumentError } from 'commander'

interface BenchOptions {
  readonly seconds?: number
  readonly rate?: number
  readonly crowd?: number
  readonly url?: string
  readonly counters: number
  readonly databaseUrl?: string
  readonly sites?: number
  readonly reconciliations: number
  readonly steady: number
  readonly rows: number
  readonly runs: number
  readonly days: number
  readonly papers: number
  readonly texts: number
  readonly people: number
  readonly seed: number
  readonly json?: boolean
}

const atLeastOne = (text: string): number => {
  const value = Number(text)
  if (Number.isFinite(value) && value >= 1) return value
  throw new InvalidArgumentError('a number, 1 or more')
}

const papersOf = (text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 255) return value
  throw new InvalidArgumentError('a whole number from 1 to 255')
}

const sitesOf = (text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= issueSitesMax) return value
  throw new InvalidArgumentError(`a whole number from 1 to ${issueSitesMax}`)
}

const webAddress = (text: string): string => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
    return text.replace(/(?<!\/)\/+$/, '')
  throw new InvalidArgumentError('the address of a running portal, such as http://localhost:8080')
}

const scenarios = {
  issue: ({ seconds = 20, rate, url, databaseUrl, sites }: BenchOptions) =>
    benchIssue({
      seconds,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
      ...(sites === undefined ? {} : { sites }),
      ...(rate === undefined ? {} : { perSecond: rate }),
      ...(url === undefined ? {} : { url }),
    }),
  laboratory: ({ seconds = 15 }: BenchOptions) => benchLaboratory({ seconds }),
  apart: ({ seconds = 30 }: BenchOptions) => benchApart({ seconds }),
  pkcs11: ({ seconds = 36 }: BenchOptions) => benchPkcs11({ seconds }),
  verify: ({ seconds = 20 }: BenchOptions) => benchVerify({ seconds }),
  /** Generator, provider and server share the cores: what is offered is within what two of them do. */
  login: ({ seconds = 20, rate = 30 }: BenchOptions) => benchLogin({ seconds, perSecond: rate }),
  session: ({ seconds = 20 }: BenchOptions) => benchSession({ seconds }),
  overload: ({ seconds = 60 }: BenchOptions) => benchOverload({ seconds }),
  robots: ({ seconds = 180 }: BenchOptions) => benchRobots({ seconds }),
  backlog: ({ counters, reconciliations, steady, rate = 20 }: BenchOptions) =>
    benchBacklog({
      counters,
      reconciliations,
      inSessionPerSecond: rate,
      steadySeconds: steady,
    }),
  storm: ({ seconds = 300, rate = 200 }: BenchOptions) => benchStorm({ seconds, perSecond: rate }),
  outage: ({ seconds = 60, crowd = 60_000 }: BenchOptions) => benchOutage({ seconds, crowd }),
  typing: ({ rows, runs }: BenchOptions) => benchTyping({ rows, runs }),
  handshakes: ({ seconds = 20 }: BenchOptions) => benchHandshakes({ seconds }),
  revocation: () => benchRevocation(),
  watch: ({ days, rate = 10 }: BenchOptions) => benchWatch({ days, perSecond: rate }),
  /** Ten million verifiers, each once an hour. */
  trust: ({ seconds = 20, rate = 2_800 }: BenchOptions) => benchTrust({ seconds, perSecond: rate }),
  fuzz: ({ texts, seed }: BenchOptions) => benchFuzz({ texts, seed }),
  pseudonyms: ({ people, seed }: BenchOptions) => benchPseudonyms({ people, seed }),
  scan: ({ papers }: BenchOptions) => benchScan({ papers }),
} as const

type Scenario = keyof typeof scenarios

const isScenario = (name: string): name is Scenario => name in scenarios

const explanation = `
issue     Finds the plateau, the most screenings recorded a second, and offers six tenths of it unless a
          rate is told. costRatio is the processor time of one in server and database, over that of its
          two signatures and two verifications by themselves, measured in the same run.
laboratory  HL7 messages over MLLP with TLS of eight laboratories, 48 connections: as many as are recorded a second
          (donePerSecond), beside the plateau of screenings from counters (shareOfIssue); p99 is at six tenths.
apart     Laboratories while the counters are overloaded ten times, the identity provider answers nothing and the counters'
          process is killed; counters while laboratories flood and while 20 sites of one vendor send fifty times as much:
          p99 of each beside that alone, in turns (--seconds each, 30 unless told).
pkcs11    Issues with keys in files and with keys in SoftHSM2 (Debian: softhsm2), in turns. pkcs11Ratio is
          how much is recorded with the module, of what is with files.
overload  Measures the plateau, then offers ten times that. In-session work is 400 counters in open
          sessions, six tenths of the plateau together, that come back when told; each screening must be
          recorded within 30 s. The rest is excess that never waits: lists, new sign-ins, public data,
          and 20 sites that send fifty times what a counter does.
robots    A hundred sites at work, without and with one that sends fifty times as much, in turns.
storm     Sign-ins at both doors with counters at work; waiting in the waiting room is no failure.
typing    A letter typed at the counter, in Chromium on a processor made four times slower, beside a full day.
outage    The provider killed, black-holed, slow and lying in turn (--seconds each), then everybody
          back at once (--crowd).
revocation  The exact list of revoked certificates, built over all that was issued and asked about each:
          2,300 of 2,300,000, and 1,000,000 of 150,000,000, which takes some minutes.
trust     Verifiers that poll the index, 2,800 a second unless a rate is told, at a process that keeps to one core.
fuzz      Hostile texts through the verifier's one sequence; how long and how large the worst of them is.
pseudonyms  People in ten spellings each (--people), as surveillance is told of them: how many have more than one
          pseudonym, and how many pseudonyms are of more than one person.
scan      Papers before the verifier's camera, 1280 × 720, in Chromium on a processor made four times slower:
          turned, tilted, blurred, dim, creased, light on dark, small, noisy, with a lamp's reflection; with
          our own reader, then (native) with a detector of the browser's own. About eight minutes.
watch     Kills a door, the other one, the database, and then everything at once, under a running load: until the
          watcher opens an incident, until its page says so, until a webhook is told; and lets quiet days
          pass (--days) that must bring no alarm.

Example: npx sidep bench overload --seconds 60 --json
What counts as what: docs/reference/load.md`

export const define = (command: Command): void => {
  command
    .addArgument(new Argument('<scenario>', 'what to measure').choices(Object.keys(scenarios)))
    .option(
      '--seconds <n>',
      'how long to measure: 60 for overload, 180 for robots, 36 for pkcs11, 15 for laboratory, 60 for each failure of outage, 300 for storm, 20 otherwise, unless told',
      atLeastOne,
    )
    .option(
      '--rate <n>',
      'offered a second: screenings (issue, six tenths of the plateau that it finds unless told), sign-ins (login 30, storm 200), new work beside a backlog (20)',
      atLeastOne,
    )
    .option('--crowd <n>', 'outage: how many come back at once, 60000 unless told', atLeastOne)
    .option('--url <url>', 'issue: a development portal that runs already', webAddress)
    .option(
      '--database-url <url>',
      'issue: a PostgreSQL 15 or newer that no portal has used yet, a cluster too; counted there',
    )
    .option('--sites <n>', 'issue: sites whose counters send, 40 unless told', sitesOf)
    .option('--counters <n>', 'backlog: counters that come back', atLeastOne, 12_000)
    .option('--reconciliations <n>', 'backlog: certificates they bring', atLeastOne, 300_000)
    .option(
      '--steady <n>',
      'backlog: seconds of new work alone before they come back, none unless told',
      atLeastOne,
      0,
    )
    .option('--rows <n>', 'typing: results of the day', atLeastOne, 300)
    .option('--runs <n>', 'typing: browsers one after the other', atLeastOne, 5)
    .option('--papers <n>', 'scan: codes held up, at most 255', papersOf, 100)
    .option('--texts <n>', 'fuzz: how many', atLeastOne, 1_000_000)
    .option('--people <n>', 'pseudonyms: how many', atLeastOne, 10_000)
    .option('--seed <n>', 'fuzz, pseudonyms: what is drawn', atLeastOne, 2021)
    .option('--days <n>', 'watch: quiet days that pass in virtual time', atLeastOne, 30)
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText('after', explanation)
    .action(bench)
}

const bench = async (scenario: string, options: BenchOptions): Promise<void> => {
  if (!isScenario(scenario)) throw new InvalidArgumentError(`no scenario ${scenario}`)
  const result = await scenarios[scenario](options)
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return
  }
  for (const [name, value] of Object.entries(result)) {
    console.log(`${name.padEnd(30)} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
  }
}
