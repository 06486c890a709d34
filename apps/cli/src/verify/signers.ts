import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { type FolderKey, readFolderKeys } from '@sidep/server/issuance/key-folder.ts'
import {
  type BundleContent,
  loadTrust,
  openBundle,
  parseSignerCertificate,
  type Trust,
  type TrustContent,
  type WithdrawnContinuity,
} from '@sidep/trust'
import { defaultProfile, profileNamed, type RuleProfile } from '@sidep/verdict'
import { CommandFailure, exitCodes } from '../failure.ts'
import { parseInstantLeniently } from '../instant.ts'
import { parseObject } from './batch.ts'
import { dccEntry } from './dcc-entry.ts'

type SignerLists = Pick<
  BundleContent,
  'dcc' | 'twoddoc' | 'revoked' | 'continuity' | 'withdrawn' | 'ruleProfile'
>

export interface LoadedTrust {
  readonly trust: Trust
  /** Where it came from, for the person at the terminal. */
  readonly source: string
  readonly profile: RuleProfile
}

/**
 * Loads the signers to trust: from a file given, else those of the data folder, else none.
 *
 * @param file JSON `{dcc: [base64 DER, or {kid, spki} or {kid, certificate}], twoddoc: [{caId, certificateId, spki}], continuity?: [base64
 *   DER], withdrawn?: {booklets, sites, allIssuedUntil, slips, slipSites}}`, the same under
 *   `signers` as `sidep demo --json` prints it, or a signed trust bundle
 * @param anchor public key to check a bundle with: a file (certificate in PEM, or the JSON of
 *   /trust/anchor) or base64 SPKI; the data folder's bundle signer when absent
 */
export const loadSigners = async (
  file: string | undefined,
  anchor: string | undefined,
  at: Date,
): Promise<LoadedTrust> => {
  if (file === undefined) return await ownSigners()
  const bytes = await readInput(file)
  const lists = isJson(bytes) ? listsInJson(bytes, file) : await openSigned(bytes, file, anchor, at)
  const trust = await loadTrust(lists)
  for (const { list, index, code } of trust.rejected) {
    const result =
      list === 'revoked' ? 'cannot be read, so that nothing is accepted' : 'is left out'
    console.error(`sidep: ${file}: ${list}[${index}] ${result}: ${code}`)
  }
  return { trust, source: file, profile: profileNamed(lists.ruleProfile) }
}

const readInput = async (file: string): Promise<Uint8Array> => {
  try {
    return await readFile(file)
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${messageOf(error)}`, exitCodes.noInput)
  }
}

const isJson = (bytes: Uint8Array): boolean => /^\s*\{/.test(textOf(bytes.subarray(0, 100)))

const listsInJson = (bytes: Uint8Array, file: string): SignerLists => {
  const json = parseObject(textOf(bytes))
  const lists = parseLists(json?.signers) ?? parseLists(json)
  if (lists === null) {
    throw new CommandFailure(
      `${file} has no signers: {dcc: [base64], twoddoc: [{caId, certificateId, spki}]}`,
    )
  }
  return lists
}

const parseLists = (value: unknown): SignerLists | null => {
  if (typeof value !== 'object' || value === null) return null
  const {
    dcc = [],
    twoddoc = [],
    revoked = [],
    continuity = [],
  }: Record<string, unknown> = {
    ...value,
  }
  const given = 'dcc' in value || 'twoddoc' in value || 'continuity' in value
  const withdrawn = 'withdrawn' in value ? parseWithdrawn(value.withdrawn) : undefined
  if (!isTexts(continuity) || withdrawn === null) return null
  const signers = listOf(dcc, dccEntry)
  if (!given || signers === null || !isTexts(revoked) || !Array.isArray(twoddoc)) return null
  const keys: BundleContent['twoddoc'][number][] = []
  for (const entry of twoddoc) {
    const { caId, certificateId, spki }: Record<string, unknown> = { ...entry }
    if (typeof caId !== 'string' || typeof certificateId !== 'string' || typeof spki !== 'string') {
      return null
    }
    keys.push({ caId, certificateId, spki })
  }
  return { dcc: signers, twoddoc: keys, revoked, continuity, ...(withdrawn && { withdrawn }) }
}

const listOf = <T>(value: unknown, read: (entry: unknown) => T | null): T[] | null => {
  if (!Array.isArray(value)) return null
  const entries = value.map(read)
  return entries.every((entry) => entry !== null) ? entries : null
}

/** As a bundle has it, in JSON; a part left out withdraws nothing. Null when it is malformed. */
const parseWithdrawn = (value: unknown): WithdrawnContinuity | null => {
  if (typeof value !== 'object' || value === null) return null
  const fields: Record<string, unknown> = { ...value }
  const { booklets = [], sites = [], allIssuedUntil = null, slips = [], slipSites = [] } = fields
  if (!isTexts(booklets) || !areSites(sites) || !isTexts(slips) || !areSites(slipSites)) return null
  if (allIssuedUntil !== null && !isMoment(allIssuedUntil)) return null
  return { booklets, sites, allIssuedUntil, slips, slipSites }
}

const isMoment = (value: unknown): value is string =>
  typeof value === 'string' && parseInstantLeniently(value) !== null

const areSites = (value: unknown): value is WithdrawnContinuity['sites'] =>
  Array.isArray(value) &&
  value.every((entry: unknown) => {
    const { site, issuedUntil }: Record<string, unknown> = { ...Object(entry) }
    return typeof site === 'string' && isMoment(issuedUntil)
  })

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string')

const openSigned = async (
  bytes: Uint8Array,
  file: string,
  anchor: string | undefined,
  at: Date,
): Promise<SignerLists> => {
  const spki = anchor === undefined ? await ownAnchor(at) : await readAnchor(anchor)
  if (spki === null) throw new CommandFailure(`${file} is signed: --anchor says by whom`)
  const content = await openBundle(bytes, spki, at)
  if (!content.ok)
    throw new CommandFailure(`${file} is no trust bundle to rely on: ${content.code}`)
  return content.value
}

export const readAnchor = async (anchor: string): Promise<Uint8Array | null> => {
  const inline = base64ToBytes(anchor)
  if (inline.ok && inline.value.length > 64) return inline.value
  const text = textOf(await readInput(anchor))
  const spki = parseObject(text)?.spki
  if (typeof spki === 'string') {
    const bytes = base64ToBytes(spki)
    return bytes.ok ? bytes.value : null
  }
  return publicKeyInfo(certificateInPem(text))
}

const keysFolder = (): string => {
  const { KEYS_DIR, DATA_DIR = 'data' } = process.env
  return KEYS_DIR ?? join(DATA_DIR, 'keys')
}

const certificateInPem = (text: string): Uint8Array | null => {
  const body = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(text)
  const bytes = base64ToBytes((body?.[1] ?? '').replaceAll(/\s/g, ''))
  return bytes.ok && bytes.value.length > 0 ? bytes.value : null
}

export const publicKeyInfo = (certificate: Uint8Array | null): Uint8Array | null => {
  const parsed = certificate === null ? null : parseSignerCertificate(certificate)
  return parsed?.ok === true ? parsed.value.subjectPublicKeyInfo : null
}

/** The keys of the key folder, oldest first; this machine may only verify, and have some of them or none. */
export const readOwnKeys = async (): Promise<FolderKey[]> => {
  try {
    return await readFolderKeys(keysFolder())
  } catch (error) {
    throw new CommandFailure(
      `${keysFolder()} cannot be read: ${messageOf(error)}`,
      exitCodes.noInput,
    )
  }
}

/** The bundle signer of then. One that was published ahead for later is followed to, not begun with. */
export const ownAnchor = async (at: Date): Promise<Uint8Array | null> => {
  const bundle = (await readOwnKeys()).filter(({ scope }) => scope === 'bundle')
  const due = bundle.findLast(({ signsFrom }) => signsFrom === null || signsFrom <= at)
  return publicKeyInfo((due ?? bundle[0])?.certificate ?? null)
}

/** The signers of this installation, from the certificates in its key folder: of all times, as in a bundle. */
export const ownLists = async (): Promise<
  Pick<TrustContent, 'twoddoc'> & { keys: ReadonlyMap<string, string[]>; continuity: string[] }
> => {
  const keys = await readOwnKeys()
  const certificatesOf = (wanted: FolderKey['scope']): Uint8Array[] =>
    keys.flatMap(({ scope, certificate }) => (scope === wanted ? [certificate] : []))
  const byCountry = Map.groupBy(certificatesOf('dcc'), countryOf)
  return {
    keys: new Map([...byCountry].map(([country, list]) => [country, list.map(bytesToBase64)])),
    continuity: certificatesOf('continuity').map(bytesToBase64),
    twoddoc: keys.flatMap(({ scope, certificate, twoddoc }) => {
      const spki = scope === 'twoddoc' ? publicKeyInfo(certificate) : null
      return spki === null || twoddoc === null ? [] : [{ ...twoddoc, spki: bytesToBase64(spki) }]
    }),
  }
}

const countryOf = (certificate: Uint8Array): string => {
  const parsed = parseSignerCertificate(certificate)
  return parsed.ok ? parsed.value.country : ''
}

const ownSigners = async (): Promise<LoadedTrust> => {
  const { keys, twoddoc, continuity } = await ownLists()
  const dcc = [...keys.values()].flat()
  const none = dcc.length === 0 && twoddoc.length === 0
  return {
    trust: await loadTrust({ dcc, twoddoc, continuity }),
    source: none ? 'none: no key folder here, and no --signers' : keysFolder(),
    profile: defaultProfile,
  }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
