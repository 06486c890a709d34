import { type Bytes, bytesToHex, hexToBytes } from '@sidep/encoding'
import type { EndedCounter, WithdrawnContinuity } from './content.ts'

/** Every entry read, or undefined when the value is not a list or one entry is wrong. */
export const readList = <T>(
  value: unknown,
  read: (entry: unknown) => T | undefined,
): readonly T[] | undefined => {
  if (!Array.isArray(value)) return undefined
  const entries: T[] = []
  for (const entry of value) {
    const parsed = read(entry)
    if (parsed === undefined) return undefined
    entries.push(parsed)
  }
  return entries
}

/** The list of withdrawals as a bundle has it; undefined when any part of it is wrong. */
export const readWithdrawn = (value: unknown): WithdrawnContinuity | undefined => {
  if (!(value instanceof Map)) return undefined
  const booklets = readList(value.get('booklets'), readText)
  const ended = value.has('ended') ? readEnded(value.get('ended')) : []
  const sites = readList(value.get('sites'), readSite)
  const all = value.get('allIssuedUntil') ?? null
  const slips = readList(value.get('slips'), readText)
  const slipSites = readList(value.get('slipSites'), readSite)
  if (booklets === undefined || ended === undefined || sites === undefined || slips === undefined)
    return undefined
  if (slipSites === undefined || (all !== null && !isMoment(all))) return undefined
  const some = ended.length === 0 ? {} : { ended }
  return { booklets, ...some, sites, allIssuedUntil: all, slips, slipSites }
}

/** Key id, 8 bytes, and time, seconds since 1970 as 4: with tens of thousands of them every byte is downloaded by all. */
const endedBytes = 12

/** Ended counters as one byte string. */
export const writeEnded = (ended: readonly EndedCounter[]): Bytes => {
  const bytes = new Uint8Array(ended.length * endedBytes)
  const view = new DataView(bytes.buffer)
  for (const [index, { key, at }] of ended.entries()) {
    const id = hexToBytes(key)
    if (!id.ok || id.value.length !== 8) throw new TypeError('a counter’s key has an id of 8 bytes')
    bytes.set(id.value, index * endedBytes)
    view.setUint32(index * endedBytes + 8, Math.floor(Date.parse(at) / 1000))
  }
  return bytes
}

const readEnded = (value: unknown): readonly EndedCounter[] | undefined => {
  if (!(value instanceof Uint8Array) || value.length % endedBytes !== 0) return undefined
  const view = new DataView(value.buffer, value.byteOffset, value.length)
  return Array.from({ length: value.length / endedBytes }, (_, index) => ({
    key: bytesToHex(value.subarray(index * endedBytes, index * endedBytes + 8)),
    at: new Date(view.getUint32(index * endedBytes + 8) * 1000).toISOString(),
  }))
}

const isMoment = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value))

const readText = (entry: unknown): string | undefined =>
  typeof entry === 'string' ? entry : undefined

const readSite = (entry: unknown): WithdrawnContinuity['sites'][number] | undefined => {
  if (!(entry instanceof Map)) return undefined
  const site: unknown = entry.get('site')
  const issuedUntil: unknown = entry.get('issuedUntil')
  return typeof site === 'string' && isMoment(issuedUntil) ? { site, issuedUntil } : undefined
}
