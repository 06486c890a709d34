/** An index that somebody signed, with its parts: what a server answers a verifier that polls. */
import { routes } from '@sidep/contracts'
import { bytesToBase64 } from '@sidep/encoding'
import {
  type BundleSigner,
  emptyContent,
  limitsOf,
  sha256Of,
  signIndex,
  type TrustContent,
  writeParts,
} from '@sidep/trust'
import type { Page } from 'playwright-core'

export interface PublishedTrust {
  readonly index: Uint8Array
  /** By SHA-256. */
  readonly parts: ReadonlyMap<string, Uint8Array>
}

/** @param successions of anchors; then how long it counts, and how old its parts may grow */
export const publishTrust = async (
  signer: BundleSigner,
  number: number,
  issuedAt: Date,
  content: Partial<TrustContent>,
  successions: readonly Uint8Array[] = [],
  { days = 60, limits = limitsOf } = {},
): Promise<PublishedTrust> => {
  const parts = new Map<string, Uint8Array>()
  const named = []
  for (const [name, bytes] of writeParts({ ...emptyContent, ...content })) {
    const sha256 = await sha256Of(bytes)
    parts.set(sha256, bytes)
    named.push({
      name,
      sha256,
      bytes: bytes.length,
      asOf: issuedAt.toISOString(),
      ...limits(name),
    })
  }
  const expiresAt = new Date(issuedAt.getTime() + days * 86_400_000).toISOString()
  const index = await signIndex(
    { version: 1, number, issuedAt: issuedAt.toISOString(), expiresAt, parts: named },
    signer,
    successions,
  )
  return { index, parts }
}

/**
 * Lets a page get this index and its parts, whatever its server has.
 *
 * @param anchor that the page brings from then on; null: its portal's
 */
export const serveTrust = async (
  page: Page,
  anchor: Uint8Array | null,
  { index, parts }: PublishedTrust,
): Promise<void> => {
  if (anchor !== null) {
    await page.route(/\/verifier\/(\?|$)/, async (route) => {
      const response = await route.fetch()
      const body = (await response.text()).replace(
        /(<meta name="trust-anchor" content=")[^"]*/,
        `$1${bytesToBase64(anchor)}`,
      )
      await route.fulfill({ response, body })
    })
  }
  await page.route(`**${routes.trustIndex}`, (route) =>
    route.fulfill({ body: Buffer.from(index), contentType: 'application/cose' }),
  )
  await page.route(`**${routes.trustPart.replace(':id', '*')}`, (route) => {
    const part = parts.get(new URL(route.request().url()).pathname.split('/').at(-1) ?? '')
    return part === undefined
      ? route.fulfill({ status: 404 })
      : route.fulfill({ body: Buffer.from(part), contentType: 'application/cbor' })
  })
}
