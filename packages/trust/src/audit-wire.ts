/** Audit digests in a bundle: a list of maps `number`, `day`, `digest` (32 bytes). */
import { bytesToHex, hexToBytes } from '@sidep/encoding'
import type { AuditDigest } from './content.ts'

/** A month of days; more would only make the file larger. */
const digestsMax = 31

/** @throws TypeError when a digest is not hexadecimal: our own data is wrong */
export const wireAudit = (digests: readonly AuditDigest[]): Map<string, unknown>[] =>
  digests.slice(-digestsMax).map(({ number, day, digest }) => {
    const bytes = hexToBytes(digest)
    if (!bytes.ok) throw new TypeError(`audit digest: ${bytes.code}`)
    return new Map<string, unknown>([
      ['number', number],
      ['day', day],
      ['digest', bytes.value],
    ])
  })

/** One of a list; undefined when it is none. */
export const readAuditDigest = (entry: unknown): AuditDigest | undefined => {
  if (!(entry instanceof Map)) return undefined
  const number: unknown = entry.get('number')
  const day: unknown = entry.get('day')
  const digest: unknown = entry.get('digest')
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) return undefined
  if (typeof day !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(day)) return undefined
  if (!(digest instanceof Uint8Array) || digest.length !== 32) return undefined
  return { number, day, digest: bytesToHex(digest) }
}
