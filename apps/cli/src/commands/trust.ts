import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { replaceCarried } from '@sidep/server/revocation/index-store.ts'
import { agesOf, indexTimeFault } from '@sidep/trust'
import type { Command } from 'commander'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure, exitCodes } from '../failure.ts'
import { parseInstantLeniently } from '../instant.ts'
import { aborted, listenForStop } from '../stop-signal.ts'
import { carriedParts } from '../trust/carried-parts.ts'
import { codeSheet, codesOf } from '../trust/codes.ts'
import { exportTrust } from '../trust/export-trust.ts'
import { followSecondsMax, makeFollower } from '../trust/follow-gateway.ts'
import { listBytesMax } from '../trust/gateway-lists.ts'
import { codesIn, importCodes } from '../trust/import-codes.ts'
import { type ImportOutcome, importLists } from '../trust/import-lists.ts'
import { anchorFor } from '../trust/load-trust-folder.ts'
import { readUploaders, type Uploaders } from '../trust/signed-upload.ts'
import { openTrustFolder, readIfThere, writeWhole } from '../trust/trust-folder.ts'

interface When {
  readonly at?: string
  readonly json?: boolean
}
interface ImportOptions extends When {
  readonly into: string
  readonly uploaders?: string
  readonly acceptShrunk?: boolean
  readonly anchor?: string
}
interface FollowOptions {
  readonly into: string
  readonly uploaders?: string
  readonly publish?: boolean
  readonly once?: boolean
  readonly json?: boolean
}
interface ShowOptions extends When {
  readonly anchor?: string
}
interface ExportOptions extends When {
  readonly profile?: string
  readonly codes?: string
  readonly since?: string
}

/** An alarm: something was kept out, and what was in force still is. */
const alarmExitCode = 1

const defaultFolder = (): string => join(process.env.DATA_DIR ?? 'data', 'trust')

export const define = (command: Command): void => {
  command
    .command('import')
    .description(
      'let lists of the EU’s gateway through, or keep those in force and raise an alarm; take over what codes carry',
    )
    .argument(
      '<files...>',
      'JSON: signers, acceptance rules, value sets or revocation batches; text: codes TX1:… and TN1:…, one a line',
    )
    .option('--into <folder>', 'the trust folder', defaultFolder())
    .option(
      '--uploaders <file>',
      'PEM: certificates that countries sign their uploads with; kept, and asked for from then on',
    )
    .option(
      '--anchor <key>',
      'for codes: public key that signed them, a file or base64 SPKI; kept in the folder',
    )
    .option('--accept-shrunk', 'entries that are missing are gone for good: somebody looked')
    .option('--at <instant>', 'as if it were then, RFC 3339 (default: now)')
    .option('--json', 'print the outcome as one JSON object')
    .addHelpText('after', '\nExit codes: 0 all in force, 1 an alarm was raised, 64 wrong usage.')
    .action(importFiles)
  command
    .command('follow')
    .description('ask a gateway for its lists every few seconds, as import does, until stopped')
    .argument('<urls...>', 'addresses of lists')
    .option('--into <folder>', 'the trust folder', defaultFolder())
    .option('--uploaders <file>', 'as for import')
    .option('--publish', 'as publish does, whenever a list came into force')
    .option('--once', 'one round, for who has a scheduler: 1 when an alarm was raised')
    .option('--json', 'print each outcome as one JSON object a line')
    .action(follow)
  command
    .command('publish')
    .description(
      'have the portal’s servers say what was imported, and the notices, with their next index',
    )
    .argument('[folder]', 'the trust folder', defaultFolder())
    .option('--json', 'print one JSON object')
    .action(publish)
  command
    .command('show')
    .description('what a signed trust folder holds, and how old each part is')
    .argument('[folder]', 'the trust folder', defaultFolder())
    .option('--anchor <key>', 'public key that signed it: a file, or base64 SPKI')
    .option('--at <instant>', 'as if it were then, RFC 3339 (default: now)')
    .option('--json', 'print one JSON object')
    .action(show)
  command
    .command('export')
    .description('sign this installation’s own keys and what was imported, as index and parts')
    .argument('[folder]', 'the trust folder', defaultFolder())
    .option('--profile <id>', 'rule profile in force')
    .option(
      '--codes <file>',
      'also write it as a page of codes, for verifiers without network that had an index before',
    )
    .option('--since <index>', 'with --codes: an index that they have; what is in it is left out')
    .option('--at <instant>', 'as if it were then, RFC 3339 (default: now)')
    .option('--json', 'print one JSON object')
    .action(sign)
}

const instantOf = ({ at }: When): Date => {
  const instant = at === undefined ? new Date() : parseInstantLeniently(at)
  if (instant === null) throw new CommandFailure('--at wants an instant such as 2021-08-13T16:00Z')
  return instant
}

const importFiles = async (files: readonly string[], options: ImportOptions): Promise<void> => {
  const at = instantOf(options)
  const { into, json, acceptShrunk = false } = options
  const texts: string[] = []
  const codes: string[] = []
  let fault: string | null = null
  for (const file of files) {
    const { size } = await stat(file).catch(() => {
      throw new CommandFailure(`${file} cannot be read`, exitCodes.noInput)
    })
    if (size > listBytesMax) fault = 'LIST_TOO_LARGE'
    else {
      const text = await readFile(file, 'utf8')
      const carried = codesIn(text)
      if (carried.length > 0) codes.push(...carried)
      else texts.push(text)
    }
  }
  const fromCodes =
    codes.length === 0
      ? []
      : await importCodes(into, codes, await anchorFor(into, options.anchor, at), at)
  if (texts.length === 0 && fault === null) return report(fromCodes, json)
  const uploaders = await uploadersFor(into, options.uploaders)
  if (uploaders === null) console.error('sidep: no signature is checked: see --uploaders')
  const from = { folder: into, source: files.join(' '), uploaders, at, mayShrink: acceptShrunk }
  report([...fromCodes, ...(await importLists({ ...from, texts, fault }))], json)
}

const follow = async (urls: readonly string[], options: FollowOptions): Promise<void> => {
  const { into, once = false, json = false } = options
  const uploaders = await uploadersFor(into, options.uploaders)
  if (uploaders === null) console.error('sidep: no signature is checked: see --uploaders')
  const round = makeFollower(
    { folder: into, urls, uploaders },
    { fetch: (url, signal) => fetch(url, { signal, redirect: 'error' }), now: () => new Date() },
  )
  const stop = once ? AbortSignal.abort() : listenForStop()
  let before = ''
  do {
    const outcomes = await round()
    const wording = JSON.stringify(outcomes)
    // What did not change is not said again every few seconds.
    if (wording !== before) {
      report(outcomes, json)
      const isAnyInForce = outcomes.some(({ code }) => code === null)
      if (options.publish === true && isAnyInForce) await publishFolder(into)
    }
    before = wording
    if (!stop.aborted) await Promise.race([wait(followSecondsMax * 1_000), aborted(stop)])
  } while (!stop.aborted)
  // An alarm of before the stop is no failure of the command that was stopped.
  if (!once) process.exit(0)
}

const publish = async (folder: string, { json }: When): Promise<void> => {
  const parts = await publishFolder(folder)
  console.log(
    json === true
      ? JSON.stringify({ folder, parts })
      : `${folder}: ${parts.length} parts go out with the portal’s next index: ${parts.join(', ')}`,
  )
}

/** Puts what was let through into the database, from where every server says it with its next index. */
const publishFolder = async (folder: string): Promise<readonly string[]> => {
  const at = new Date()
  const parts = await carriedParts(folder, at)
  await withDatabaseBesides(readConfiguration(), ({ pools }) =>
    replaceCarried(pools.worker, parts, at),
  )
  return parts.map(({ name }) => name)
}

const report = (outcomes: readonly ImportOutcome[], json = false): void => {
  for (const { list, code, entries } of outcomes) {
    if (code !== null) console.error(`sidep: ALARM: ${list}: ${code}; what was in force still is`)
    else if (!json) console.log(`${list}: ${entries} entries in force`)
  }
  if (json) console.log(JSON.stringify({ lists: outcomes }))
  if (outcomes.some(({ code }) => code !== null)) process.exitCode = alarmExitCode
}

/** Once a folder knows who signs, nothing unsigned comes in any more. */
const uploadersFor = async (folder: string, file?: string): Promise<Uploaders | null> => {
  const kept = join(folder, 'uploaders.pem')
  const bytes = file === undefined ? await readIfThere(kept) : await readFile(file)
  if (bytes === null) return null
  const uploaders = readUploaders(Buffer.from(bytes))
  if (file !== undefined) {
    await mkdir(folder, { recursive: true })
    await writeWhole(kept, bytes)
  }
  return uploaders
}

const show = async (folder: string, options: ShowOptions): Promise<void> => {
  const at = instantOf(options)
  const anchor = await anchorFor(folder, options.anchor, at)
  const { index } = await openTrustFolder(folder, anchor, at)
  const ages = agesOf(index, at)
  if (options.json === true) {
    const { number, issuedAt, expiresAt } = index
    const parts = index.parts.map((part, place) => ({ ...part, ...ages[place] }))
    console.log(JSON.stringify({ number, issuedAt, expiresAt, parts }))
    return
  }
  const fault = indexTimeFault(index, at)
  console.log(
    `number ${index.number}, of ${index.issuedAt}, until ${index.expiresAt}${fault ?? ''}`,
  )
  for (const [place, { name, bytes, sha256 }] of index.parts.entries()) {
    const { ageSeconds = 0, state = '' } = ages[place] ?? {}
    const age = `${(ageSeconds / 3600).toFixed(1)} h`
    console.log(
      `${name.padEnd(22)} ${String(bytes).padStart(9)} bytes ${age.padStart(9)} ${state.padEnd(7)} ${sha256.slice(0, 16)}`,
    )
  }
  if (!index.parts.some(({ name }) => name === 'revocations/own')) {
    console.log('It does not say what the portal revoked.')
  }
}

const sign = async (folder: string, options: ExportOptions): Promise<void> => {
  const at = instantOf(options)
  const since = options.since === undefined ? null : await readFile(options.since)
  const { index, bytes } = await exportTrust(folder, at, options.profile)
  const texts = options.codes === undefined ? null : await codesOf(folder, at, since)
  if (texts !== null && options.codes !== undefined) {
    await writeWhole(options.codes, codeSheet(texts, index))
  }
  const codes = texts === null ? {} : { codes: texts }
  const outcome = { folder, number: index.number, bytes, parts: index.parts.length, ...codes }
  console.log(
    options.json === true
      ? JSON.stringify(outcome)
      : `${folder}: number ${index.number}, ${index.parts.length} parts, index of ${bytes} bytes`,
  )
}
