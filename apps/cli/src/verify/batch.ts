import type { Readable, Writable } from 'node:stream'
import { base64ToBytes, type Layer } from '@sidep/encoding'
import {
  type ContinuitySigner,
  type DccKey,
  type DccSigner,
  importPublicKey,
  loadContinuitySigner,
  loadListedSigner,
  type Trust,
  type TwoddocSigner,
  trustOf,
} from '@sidep/trust'
import { type Purpose, purposeFor, type Step, verify } from '@sidep/verdict'
import { parseInstantLeniently } from '../instant.ts'
import { idle, type Line, readLines } from '../lines.ts'
import { OrderedWork } from '../ordered.ts'
import { LineWriter } from '../output.ts'
import { dccEntry } from './dcc-entry.ts'
import { type PublicView, publicView } from './view.ts'

type Answer =
  | {
      readonly id: unknown
      readonly verdict: 'accepted' | 'refused' | 'unreadable'
      readonly step: Step | null
      readonly code: string
      readonly certificate?: PublicView
    }
  | { readonly id: unknown; readonly error: string }

/** Lines verified side by side: enough to keep the crypto threads busy. */
const linesAtOnce = 32

/** Signers whose key stays imported; a list of all of Europe's has about a thousand. */
const signersKeptMax = 5_000

/**
 * `sidep verify --batch`: one JSON object a line in, one a line out, in order. A line that is not
 * what it should be gets `{id, error}`; nothing in a line ends the batch.
 */
export const verifyBatch = async (input: Readable, output: Writable): Promise<void> => {
  const writer = new LineWriter(output)
  const signers = new SignerCache()
  const work = new OrderedWork<Answer>(linesAtOnce, (answer) =>
    writer.write(JSON.stringify(answer)),
  )
  for await (const line of readLines(input)) {
    if (line === idle) {
      await work.drain()
      await writer.flush()
    } else {
      await work.add(answerTo(line, signers))
    }
  }
  await work.drain()
  await writer.flush()
}

const answerTo = async (line: Line, signers: SignerCache): Promise<Answer> => {
  if (line === null) return { id: null, error: 'LINE_TOO_LONG' }
  const request = parseRequest(line)
  if ('error' in request) return request
  const trust = await signers.trustIn(request.signers, request.continuity)
  if (trust === null) return { id: request.id, error: 'SIGNERS_MALFORMED' }
  const { verdict, step, code, certificate } = await verify(
    request.text,
    trust,
    request.at,
    request.purpose,
  )
  const view = certificate === null ? {} : { certificate: publicView(certificate) }
  return { id: request.id, verdict, step, code, ...view }
}

interface Request {
  readonly id: unknown
  readonly text: string
  readonly at: Date
  readonly signers: readonly unknown[]
  /** Certificates of the signers of booklets and slips, base64 DER. */
  readonly continuity: readonly unknown[]
  readonly purpose: Purpose
}

const parseRequest = (line: string): Request | { id: unknown; error: string } => {
  const fields = parseObject(line)
  if (fields === null) return { id: null, error: 'LINE_NOT_JSON_OBJECT' }
  const { id = null, text, at, signers, continuity = [], for: country } = fields
  if (typeof text !== 'string') return { id, error: 'TEXT_MISSING' }
  const instant = typeof at === 'string' ? parseInstantLeniently(at) : null
  if (instant === null) return { id, error: 'AT_MALFORMED' }
  if (!Array.isArray(signers) || !Array.isArray(continuity)) {
    return { id, error: 'SIGNERS_MALFORMED' }
  }
  const purpose = parsePurpose(country)
  return purpose === null
    ? { id, error: 'FOR_MALFORMED' }
    : { id, text, at: instant, signers, continuity, purpose }
}

/** Null when it is none: a country of two letters, or `entry:` or `pass:` before it. */
export const parsePurpose = (country: unknown): Purpose | null => {
  if (country === undefined || country === null) return { kind: 'none' }
  const [, kind = '', name = ''] =
    typeof country === 'string' ? (/^((?:entry|pass):)?([A-Za-z]{2})$/.exec(country) ?? []) : []
  return name === '' ? null : purposeFor(kind + name.toUpperCase())
}

export const parseObject = (line: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(line)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? { ...value } : null
  } catch {
    // Whatever the text is, it is not a line of this format: the answer says so.
    return null
  }
}

/** Imports each signer's key once, however many lines name it. */
class SignerCache {
  readonly #signers = new Map<string, Promise<Layer<DccSigner>>>()
  readonly #continuity = new Map<string, Promise<Layer<ContinuitySigner>>>()

  /** Trust in exactly the signers listed; a certificate that cannot be used is left out, null when the list is malformed. */
  async trustIn(
    list: readonly unknown[],
    continuityList: readonly unknown[],
  ): Promise<Trust | null> {
    const signers: DccSigner[] = []
    const twoddoc: TwoddocSigner[] = []
    for (const entry of list) {
      const listed = dccEntry(entry)
      if (listed !== null) {
        const loaded = await this.#load(listed)
        if (loaded.ok) signers.push(loaded.value)
        else if (malformed.test(loaded.code)) return null
      } else {
        const signer = await twoddocSigner(entry)
        if (signer === null) return null
        twoddoc.push(signer)
      }
    }
    const continuity: ContinuitySigner[] = []
    for (const entry of continuityList) {
      const loaded = typeof entry === 'string' ? await this.#loadContinuity(entry) : null
      if (loaded === null || (!loaded.ok && loaded.code.startsWith('BASE64_'))) return null
      if (loaded.ok) continuity.push(loaded.value)
    }
    return trustOf({ signers, twoddoc, continuity })
  }

  #loadContinuity(base64: string): Promise<Layer<ContinuitySigner>> {
    const known = this.#continuity.get(base64)
    if (known !== undefined) return known
    if (this.#continuity.size >= signersKeptMax) this.#continuity.clear()
    const der = base64ToBytes(base64.replaceAll(/\s/g, ''))
    const loading = der.ok ? loadContinuitySigner(der.value) : Promise.resolve(der)
    this.#continuity.set(base64, loading)
    return loading
  }

  #load(entry: string | DccKey): Promise<Layer<DccSigner>> {
    const key = typeof entry === 'string' ? entry : JSON.stringify(entry)
    const known = this.#signers.get(key)
    if (known !== undefined) return known
    if (this.#signers.size >= signersKeptMax) this.#signers.clear()
    const loading = loadListedSigner(
      typeof entry === 'string' ? entry.replaceAll(/\s/g, '') : entry,
    )
    this.#signers.set(key, loading)
    return loading
  }
}

/** The list is not what it should be; other codes are of signers that cannot be used. */
const malformed = /^(?:BASE64_|KEY_ID_MALFORMED|TIME_MALFORMED)/

/** A 2D-DOC signer has no certificate of its own in a list: `{caId, certificateId, spki}`. */
const twoddocSigner = async (entry: unknown): Promise<TwoddocSigner | null> => {
  if (typeof entry !== 'object' || entry === null) return null
  const { caId, certificateId, spki } = { caId: null, certificateId: null, spki: null, ...entry }
  if (typeof caId !== 'string' || typeof certificateId !== 'string' || typeof spki !== 'string') {
    return null
  }
  const bytes = base64ToBytes(spki)
  const key = bytes.ok ? await importPublicKey(bytes.value) : bytes
  return key.ok
    ? { caId, certificateId, publicKey: key.value.publicKey, notBefore: null, notAfter: null }
    : null
}
