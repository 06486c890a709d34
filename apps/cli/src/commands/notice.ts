import { noticeBytes, noticePrefix, noticeText, openNotice, signNotice } from '@sidep/trust'
import type { Command } from 'commander'
import { CommandFailure } from '../failure.ts'
import { parseInstantLeniently } from '../instant.ts'
import { bundleSigner } from '../trust/export-trust.ts'
import { anchorFor } from '../trust/load-trust-folder.ts'
import { readIfThere, writeNotice } from '../trust/trust-folder.ts'

interface NoticeOptions {
  readonly sign?: boolean
  readonly read?: string
  readonly id?: string
  readonly accepts?: string
  readonly sites?: string
  readonly from?: string
  readonly until?: string
  readonly fr?: string
  readonly en?: string
  readonly into?: string
  readonly anchor?: string
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .option('--sign', 'sign a notice with the bundle signer’s key in KEYS_DIR')
    .option('--id <id>', 'its name, such as 2021-08-13/1')
    .option('--accepts <kinds>', 'slip, provisional, or both: accepted although their time is over')
    .option(
      '--sites <prefixes>',
      'how FINESS numbers begin of the sites it is about; all when absent',
    )
    .option('--from <instant>', 'accepted from then on (default: now)')
    .option('--until <instant>', 'accepted until then; two weeks at most')
    .option('--fr <text>', 'what verifiers show, in French')
    .option('--en <text>', 'the same in English')
    .option(
      '--into <folder>',
      'a trust folder: sidep trust export sends it out with the next index',
    )
    .option('--read <text|file>', 'check a notice and say what it is')
    .option('--anchor <key>', 'with --read: public key that signed it, a file or base64 SPKI')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nThe text begins with TN1: and fits a code on a sheet of paper. A notice makes nothing genuine: signatures and withdrawals count as ever.',
    )
    .action(run)
}

const run = async (options: NoticeOptions): Promise<void> => {
  if (options.read !== undefined) return await read(options.read, options)
  if (options.sign !== true)
    throw new CommandFailure('sidep notice signs (--sign) or reads (--read)')
  return await sign(options)
}

const sign = async (options: NoticeOptions): Promise<void> => {
  const { id, accepts, sites, until, fr, en, into, json } = options
  if (id === undefined || accepts === undefined || fr === undefined || en === undefined) {
    throw new CommandFailure('a notice has --id, --accepts, --until, --fr and --en')
  }
  const from = instantOf(options.from ?? new Date().toISOString())
  const notice = {
    id,
    from: from.toISOString(),
    until: instantOf(until).toISOString(),
    accepts: wordsIn(accepts).map(kindOf),
    sites: wordsIn(sites ?? ''),
    fr,
    en,
  }
  const { signer, successions } = await bundleSigner(from)
  const bytes = await signNotice(notice, signer, successions).catch((error: unknown) => {
    if (error instanceof RangeError) throw new CommandFailure(error.message)
    throw error
  })
  const file = into === undefined ? null : await writeNotice(into, id, bytes)
  const text = noticeText(bytes)
  console.log(json === true ? JSON.stringify({ ...notice, text, file }) : text)
}

const kindOf = (word: string): 'slip' | 'provisional' => {
  if (word === 'slip' || word === 'provisional') return word
  throw new CommandFailure('--accepts wants slip, provisional, or both')
}

const wordsIn = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '')

const instantOf = (text: string | undefined): Date => {
  const instant = text === undefined ? null : parseInstantLeniently(text)
  if (instant === null)
    throw new CommandFailure('--from and --until want an instant such as 2021-08-15T12:00:00+02:00')
  return instant
}

const read = async (input: string, { anchor, json }: NoticeOptions): Promise<void> => {
  const spki = await anchorFor(input, anchor, new Date())
  const written = input.startsWith(noticePrefix) ? noticeBytes(input) : null
  const bytes = written?.ok === true ? written.value : await readIfThere(input)
  if (written?.ok === false || bytes === null) throw new CommandFailure(`${input} is no notice`)
  const notice = await openNotice(bytes, spki)
  if (!notice.ok) throw new CommandFailure(`the notice is not to be relied on: ${notice.code}`)
  const { id, from, until, accepts, sites, fr, en } = notice.value
  if (json === true) return console.log(JSON.stringify(notice.value))
  const where = sites.length === 0 ? 'all sites' : `sites ${sites.join(', ')}`
  console.log(`${id}: ${accepts.join(' and ')} of ${where}, ${from} to ${until}\n  ${fr}\n  ${en}`)
}
