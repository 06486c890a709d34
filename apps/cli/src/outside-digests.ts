/**
 * Day digests of the audit chains as somebody kept them outside the portal: `NUMBER:HEX` as the log says them, or a trust
 * bundle that a verifier fetched.
 */
import { readFile } from 'node:fs/promises'
import type { OutsideDigest } from '@sidep/server/audit/check-rolls.ts'
import { readBundle } from '@sidep/trust'
import { CommandFailure } from './failure.ts'

const written = /^(\d{1,9}):([0-9a-f]{64})$/i

const fromHex = (number: number, hex: string): OutsideDigest => ({
  number,
  digest: new Uint8Array(Buffer.from(hex, 'hex')),
})

const readBundleFile = async (
  file: string,
  anchors: readonly Uint8Array[],
): Promise<OutsideDigest[]> => {
  const bytes = await readFile(file).catch(() => {
    throw new CommandFailure(`--against ${file}: neither NUMBER:HEX nor a file that can be read`)
  })
  for (const anchor of anchors) {
    const read = await readBundle(new Uint8Array(bytes), anchor)
    if (!read.ok) continue
    const digests = read.value.content.audit ?? []
    if (digests.length > 0) return digests.map(({ number, digest }) => fromHex(number, digest))
    throw new CommandFailure(`--against ${file}: this bundle carries no audit digests`)
  }
  throw new CommandFailure(`--against ${file}: no trust bundle of this portal`)
}

/** @param anchors keys that sign this portal's bundles */
export const readOutsideDigests = async (
  given: readonly string[],
  anchors: () => Promise<readonly Uint8Array[]>,
): Promise<readonly OutsideDigest[]> => {
  const found: OutsideDigest[] = []
  for (const text of given) {
    const match = written.exec(text)
    if (match === null) found.push(...(await readBundleFile(text, await anchors())))
    else found.push(fromHex(Number(match[1]), match[2] ?? ''))
  }
  return found
}
