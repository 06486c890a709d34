import { open } from 'node:fs/promises'
import { bytesToHex } from '@sidep/encoding'
import { trimmed } from '@sidep/hcert'
import { type Purpose, type Verdict, verifyAny } from '@sidep/verdict'
import type { Command } from 'commander'
import { CommandFailure, exitCodes } from '../failure.ts'
import { parseInstantLeniently } from '../instant.ts'
import { loadTrustFolder } from '../trust/load-trust-folder.ts'
import { parsePurpose, verifyBatch } from '../verify/batch.ts'
import { isPicture, readPicture } from '../verify/picture.ts'
import { type LoadedTrust, loadSigners } from '../verify/signers.ts'
import { jsonOf, sentenceOf, verdictExitCodes } from '../verify/view.ts'

interface VerifyOptions {
  readonly at?: string
  readonly for?: string
  readonly signers?: string
  readonly trust?: string
  readonly anchor?: string
  readonly json?: boolean
  readonly batch?: boolean
}

/** A picture from any phone; larger files are not opened. */
const fileBytesMax = 32 * 1024 * 1024

export const define = (command: Command): void => {
  command
    .argument(
      '[text|image]',
      'text of a code (HC1:…, DC04…, FC1:…, a slip’s address), or a PNG or JPEG with codes in it',
    )
    .option('--at <instant>', 'verify as if it were then, RFC 3339 (default: now)')
    .option(
      '--for <country>',
      'apply rules: FR the national pass, another country entering it; entry:FR entering France',
    )
    .option(
      '--signers <file>',
      'whom to trust: JSON, output of sidep demo --json, or a signed bundle',
    )
    .option(
      '--trust <folder>',
      'whom and what to trust: a folder of sidep trust, signed, or with what it imported',
    )
    .option('--anchor <key>', 'public key that signed the bundle: a file, or base64 SPKI')
    .option('--json', 'print the verdict as one JSON object')
    .option(
      '--batch',
      'read {id, text, at, signers, for?} from standard input, one JSON object a line',
    )
    .addHelpText(
      'after',
      '\nSigners: base64 DER certificates; {kid, spki} or {kid, certificate} for a key id that is no certificate’s hash; {caId, certificateId, spki} for 2D-DOC.\nBy signers alone nothing is known of revocation: --trust has that too.\nExit codes: 0 accepted, 1 refused, 2 unreadable, 64 wrong usage.',
    )
    .action(run)
}

const run = async (input: string | undefined, options: VerifyOptions): Promise<void> => {
  if (options.batch === true) return await verifyBatch(process.stdin, process.stdout)
  if (input === undefined) throw new CommandFailure('give a text or a picture, or --batch')
  if (/^T[NX]1:/.test(input)) {
    throw new CommandFailure(
      'no certificate, but what verifiers trust: sidep notice --read says what a notice is (TN1:), sidep trust import takes both over (TX1:, TN1:)',
    )
  }
  const at = instantOf(options.at)
  const purpose = purposeOf(options.for)
  const texts = await textsIn(input)
  const { signers: file, trust: folder, anchor } = options
  if (file !== undefined && folder !== undefined)
    throw new CommandFailure('give --signers or --trust, not both')
  const signers =
    folder === undefined
      ? await loadSigners(file, anchor, at)
      : await loadTrustFolder(folder, anchor, at)
  const verdict = await bestOf(texts, signers, at, purpose)
  console.log(
    options.json === true
      ? jsonOf(verdict)
      : `${sentenceOf(verdict)}\n  signers: ${signers.source}`,
  )
  process.exitCode = verdictExitCodes[verdict.verdict]
}

const instantOf = (text: string | undefined): Date => {
  if (text === undefined) return new Date()
  const at = parseInstantLeniently(text)
  if (at === null)
    throw new CommandFailure('--at wants an instant such as 2021-08-13T16:00:00+02:00')
  return at
}

const purposeOf = (country: string | undefined): Purpose => {
  if (country === undefined) return { kind: 'none' }
  const purpose = parsePurpose(country)
  if (purpose === null) throw new CommandFailure('--for wants a country code of two letters')
  return purpose
}

/** Null for a picture without any code. */
const textsIn = async (input: string): Promise<readonly string[] | null> => {
  if (/^(HC1:|FC1:|DC0|https?:)/.test(input)) return [input]
  const bytes = await readIfFile(input)
  if (bytes === null) return [input]
  if (!isPicture(bytes)) {
    const text = textOf(bytes)
    return text === null ? null : [text]
  }
  const texts = await readPicture(bytes)
  return texts.length === 0 ? null : texts
}

/** By the mark at the start of the file. */
const wideEncodings = new Map([
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
])

/**
 * The text of a file, in UTF-8 or, as some editors write it, in UTF-16 behind its mark; null for a file that is
 * neither a picture nor text: a broken picture.
 */
const textOf = (bytes: Uint8Array): string | null => {
  const label = wideEncodings.get(bytesToHex(bytes.subarray(0, 2))) ?? 'utf-8'
  try {
    const text = trimmed(new TextDecoder(label, { fatal: true }).decode(bytes))
    return text === '' || text.includes('\0') ? null : text
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** The bytes of a file, or null when the input names none: then it is a text. */
const readIfFile = async (path: string): Promise<Uint8Array | null> => {
  const looksLikeFile = /\.(png|jpe?g|txt)$/i.test(path)
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    if (size > fileBytesMax) throw new CommandFailure(`${path} is larger than 32 MiB`)
    return await file.readFile()
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    if (!looksLikeFile) return null
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`${path} cannot be read: ${reason}`, exitCodes.noInput)
  }
}

/** A page carries two codes and perhaps others that are not ours: the best verdict counts. */
const bestOf = async (
  texts: readonly string[] | null,
  { trust, profile }: LoadedTrust,
  at: Date,
  purpose: Purpose,
): Promise<Verdict> => {
  const [first, ...others] = texts ?? []
  return first === undefined
    ? { verdict: 'unreadable', step: 'prefix', code: 'PICTURE_UNREADABLE', certificate: null }
    : await verifyAny([first, ...others], trust, at, purpose, profile)
}
