#!/usr/bin/env node
/** The `sidep` command: a table of commands, each imported only when it runs. */
import { outliveLostOutput } from '@sidep/server/platform/lost-output.ts'
import { CannotStart } from '@sidep/server/platform/start-failure-codes.ts'
import { Command, CommanderError } from 'commander'
import { takeCredentials } from './credentials.ts'
import { CommandFailure, exitCodes } from './failure.ts'
import { loadUnlessLeftOut } from './left-out.ts'

interface Entry {
  readonly name: string
  readonly summary: string
  readonly example: string
  /** `define` adds arguments, options and the action. */
  readonly load: () => Promise<{ define(command: Command): void }>
}

const entries: readonly Entry[] = [
  {
    name: 'start',
    summary: 'start everything in one: database, server, and in development the stand-ins',
    example: 'PORT=8080 DATA_DIR=./data npx sidep start',
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'laboratory',
    summary: 'serve laboratories (HL7 v2 over MLLP with TLS) and vendors, in a process of its own',
    example: 'LABORATORY_DIRECTORY=laboratories.json LABORATORY_PORT=2575 npx sidep laboratory',
    load: () => import('./commands/laboratory.ts'),
  },
  {
    name: 'demo',
    summary: 'do the main job from end to end on a server of its own, verify it, print it',
    example: 'npx sidep demo --json',
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'verify',
    summary: 'verify the text of a code, a picture of it, or many, one JSON object a line',
    example: 'npx sidep verify certificate.png --for FR --at 2021-08-13T16:00:00+02:00',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'trust',
    summary: 'show what a trust folder holds, import lists of other countries into one, sign one',
    example: 'npx sidep trust import trustList-DSC.json --into ./trust',
    load: () => import('./commands/trust.ts'),
  },
  {
    name: 'notice',
    summary:
      'sign what the authority accepts during an incident, where and until when, or read one',
    example:
      'npx sidep notice --sign --id 2021-08-13/1 --accepts slip --sites 75,92 --until 2021-08-15T12:00:00+02:00 --fr … --en …',
    load: () => import('./commands/notice.ts'),
  },
  {
    name: 'rules',
    summary: 'evaluate acceptance rules (CertLogic), one JSON object a line',
    example: 'npx sidep rules --batch < rules.ndjson',
    load: () => import('./commands/rules.ts'),
  },
  {
    name: 'message',
    summary: 'say offline what the portal would answer to HL7 v2 or FHIR messages of laboratories',
    example: 'npx sidep message --check result.hl7 batch.hl7',
    load: () => import('./commands/message.ts'),
  },
  {
    name: 'sandbox',
    summary:
      'serve software of vendors in memory, with sign-up, test identities and faults on demand',
    example: 'npx sidep sandbox --port 8090',
    load: () => import('./commands/sandbox.ts'),
  },
  {
    name: 'conformance',
    summary:
      'try a vendor’s software with lost answers, refusals, expired tokens and no portal at all',
    example: 'npx sidep conformance --url http://127.0.0.1:8090 --client ./adapter.mjs',
    load: () => import('./commands/conformance.ts'),
  },
  {
    name: 'bench',
    summary: 'measure under load: a real server on embedded PostgreSQL, or one that runs already',
    example: 'npx sidep bench issue --seconds 20 --rate 1000 --json',
    load: () => import('./commands/bench.ts'),
  },
  {
    name: 'drill',
    summary: 'break real processes under load, and say whether anything acknowledged was lost',
    example: 'npx sidep drill kill --seed 7 --json',
    load: () => import('./commands/drill.ts'),
  },
  {
    name: 'simulate',
    summary: 'let the nation pass in virtual time: what fails, who waits, who leaves with what',
    example: 'npx sidep simulate 2021-08-13 --policy sidep --seed 1 --json',
    load: () => import('./commands/simulate.ts'),
  },
  {
    name: 'keys',
    summary: 'make a root and a signer for each use, with certificates and private keys',
    example: 'npx sidep keys --folder /etc/sidep/keys --twoddoc FR03/AHP1',
    load: () => import('./commands/keys.ts'),
  },
  {
    name: 'import-directory',
    summary: 'bring professionals and sites up to date from the public directory’s file',
    example: 'npx sidep import-directory PS_LibreAcces_Personne_activite_202611230400.txt',
    load: () => import('./commands/import-directory.ts'),
  },
  {
    name: 'doors',
    summary:
      'show how the doors stand, or say that they are down or back against what the probes find',
    example: "npx sidep doors --down ecps,card --reason 'no sign-in succeeds since 15:30'",
    load: () => import('./commands/doors.ts'),
  },
  {
    name: 'watch',
    summary:
      'watch a portal from outside as its users: incidents, the status page, telling those on duty',
    example: 'WATCH_DUTY_MAIL=astreinte@example.org npx sidep watch --publish /srv/etat',
    load: () => import('./commands/watch.ts'),
  },
  {
    name: 'feeds',
    summary:
      'show how contact tracing, surveillance and open data are told; pause, resume or replay one',
    example: "npx sidep feeds --resume tracing --by c.martin --reason 'receiver mended'",
    load: () => import('./commands/feeds.ts'),
  },
  {
    name: 'forecast',
    summary:
      'say the hours of the next week, the busiest against what can be recorded, and how good it was',
    example: 'npx sidep forecast --capacity 900 --json',
    load: () => import('./commands/forecast.ts'),
  },
  {
    name: 'audit',
    summary: 'check the audit chains: their links, and that they are those whose heads were signed',
    example: 'npx sidep audit --check --site 750712184',
    load: () => import('./commands/audit.ts'),
  },
  {
    name: 'confirm',
    summary:
      'confirm, for the authority, a positive that was entered more than a day after its sample',
    example:
      'npx sidep confirm 750712184 017b3fb5-6e20-7d3a-af3c-6f717eca40f9 --by c.martin --reason "register seen"',
    load: () => import('./commands/confirm.ts'),
  },
  {
    name: 'booklets',
    summary: 'withdraw booklets, of one site or of all, and list what reconciling found odd',
    example: 'npx sidep booklets --withdraw all --reason stolen --by c.martin',
    load: () => import('./commands/booklets.ts'),
  },
  {
    name: 'revoke',
    summary:
      'revoke certificates: one, a booklet’s, a signer’s, or a professional’s since a time; says first how many',
    example: 'npx sidep revoke --professional 899700075122 --since 2021-08-13T15:30:00+02:00',
    load: () => import('./commands/revoke.ts'),
  },
  {
    name: 'vendors',
    summary:
      'which software of others may send, with which keys, for what, how much; let in, suspend',
    example: "npx sidep vendors --suspend officine-essai --reason 'key stolen' --by c.martin",
    load: () => import('./commands/vendors.ts'),
  },
  {
    name: 'operators',
    summary: 'show who works in operations, give somebody a role there, or take it back',
    example:
      "npx sidep operators --add 899700075122 --role duty --reason 'on duty from August' --by c.martin",
    load: () => import('./commands/operators.ts'),
  },
  {
    name: 'suspend',
    summary:
      'suspend a professional, with all that they and those who work for them have open, or lift it',
    example: "npx sidep suspend 899700075122 --reason 'negatives without a test' --by c.martin",
    load: () => import('./commands/suspend.ts'),
  },
  {
    name: 'fraud',
    summary:
      'list what the rules of fraud found, close it with a reason, or try the rules on simulated conduct',
    example: 'npx sidep fraud',
    load: () => import('./commands/fraud.ts'),
  },
  {
    name: 'migrate',
    summary: 'bring the schema of the database up to date, as its owner; place it on a cluster',
    example: 'OWNER_DATABASE_URL=postgres://owner@db/sidep npx sidep migrate',
    load: () => import('./commands/migrate.ts'),
  },
  {
    name: 'retention',
    summary: 'show that nothing is kept longer than its setting, or remove what is past its time',
    example: 'npx sidep retention --report',
    load: () => import('./commands/retention.ts'),
  },
  {
    name: 'doctor',
    summary:
      'look at this machine and its configuration: what is missing or unsafe, and what to do',
    example: 'npx sidep doctor --json',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'backup',
    summary: 'back up the embedded database while it works, so that any second can be restored',
    example: 'npx sidep backup --to /srv/backup/sidep',
    load: () => import('./commands/backup.ts'),
  },
  {
    name: 'restore',
    summary: 'restore the embedded database to a second; who was erased stays erased',
    example: 'npx sidep restore --from /srv/backup/sidep --to 2021-08-13T15:29:59+02:00',
    load: () => import('./commands/restore.ts'),
  },
]

const makeProgram = async (words: readonly string[]): Promise<Command> => {
  const program = new Command('sidep')
    .description('A national screening portal: rapid tests in, signed documents out.')
    .exitOverride()
    .showHelpAfterError('(sidep --help lists the commands, sidep COMMAND --help explains one)')
    .addHelpText('after', `\nExamples:\n${entries.map(({ example }) => `  ${example}`).join('\n')}`)
  for (const { name, summary, example, load } of entries) {
    const command = program
      .command(name)
      .summary(summary)
      .description(summary)
      .addHelpText('after', `\nExample:\n  ${example}`)
    if (words.includes(name)) {
      ;(await loadUnlessLeftOut(`${name} needs`, load)).define(command)
    }
  }
  return program
}

const run = async (words: readonly string[]): Promise<void> => {
  try {
    takeCredentials(process.env)
    // `sidep help verify` and `sidep verify --help` both name the command among the first two words.
    const program = await makeProgram(words.slice(0, 2))
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      // Its message is printed already; help asked for is no failure.
      process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage
    } else if (error instanceof CommandFailure) {
      console.error(`sidep: ${error.message}`)
      process.exitCode = error.exitCode
    } else if (error instanceof CannotStart) {
      console.error(`sidep: ${error.message}`)
      process.exitCode = exitCodes.configuration
    } else {
      throw error
    }
  }
}

/** They go on without anybody to read what they say, until they are stopped. */
const services: ReadonlySet<string> = new Set(['start', 'laboratory', 'watch', 'sandbox'])

if (services.has(process.argv[2] ?? '')) outliveLostOutput()
else {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of our output has gone (sidep … | head): nothing is left to do.
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

await run(process.argv.slice(2))
