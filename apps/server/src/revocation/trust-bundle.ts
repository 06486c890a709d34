/** The bundle that verifiers work from: signed, cached, the same for everybody. */

import { createHash } from 'node:crypto'
import { routes } from '@sidep/contracts'
import { hourMilliseconds } from '@sidep/time'
import {
  type AuditDigest,
  type BundleContent,
  signBundle,
  type WithdrawnContinuity,
} from '@sidep/trust'
import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../platform/clock.ts'
import type { Signer, SignerRing } from '../platform/signer.ts'

type PublishedKeys = Pick<BundleContent, 'dcc' | 'twoddoc' | 'continuity'>

interface Dependencies {
  readonly signer: SignerRing
  /** SubjectPublicKeyInfo of a signer, DER. */
  readonly publicKeyOf: (signer: Signer) => Uint8Array
  /** The keys that verifiers are to know; the same object as long as nothing changed. */
  readonly keys: () => PublishedKeys
  /** Statements of each bundle signer about the one after it. */
  readonly successions: () => readonly Uint8Array[]
  readonly ruleProfile: string
  /** Booklets and slips that no longer count; the same object as long as nothing changed. */
  readonly withdrawn: () => Promise<WithdrawnContinuity>
  /** Our own certificates that no longer count, by their hashes; the same object as long as nothing changed. */
  readonly revoked: () => Promise<readonly string[]>
  /** What the audit chains were on the last days; every verifier keeps it, so that nobody can take it back. */
  readonly audit: () => Promise<readonly AuditDigest[]>
}

/** A verifier that has been offline for longer must fetch a new one before it believes anything. */
const validityMilliseconds = 7 * 24 * hourMilliseconds
const cacheSeconds = 300

/** What no longer counts. */
type Withdrawn = Pick<SignedBundle, 'withdrawn' | 'revoked'>

interface SignedBundle {
  readonly bytes: Buffer
  readonly tag: string
  readonly renewAt: number
  readonly withdrawn: WithdrawnContinuity
  readonly revoked: readonly string[]
  readonly keys: PublishedKeys
  readonly signer: Signer
}

/** Serves `/trust/bundle`, signed anew every hour and whenever something is withdrawn or a key changes, and `/trust/anchor`, the key that it is checked with. */
export const trustBundleModule =
  (platform: { readonly clock: Clock }, dependencies: Dependencies): FastifyPluginAsync =>
  async (app) => {
    const make = async ({ withdrawn, revoked }: Withdrawn): Promise<SignedBundle> => {
      const now = platform.clock.now().getTime()
      const keys = dependencies.keys()
      const signer = dependencies.signer.current()
      const bytes = Buffer.from(
        await signBundle(
          {
            version: 1,
            issuedAt: new Date(now).toISOString(),
            expiresAt: new Date(now + validityMilliseconds).toISOString(),
            ...keys,
            ruleProfile: dependencies.ruleProfile,
            withdrawn,
            revoked,
            audit: await dependencies.audit(),
          },
          signer,
          dependencies.successions(),
        ),
      )
      const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
      return { bytes, tag, renewAt: now + hourMilliseconds, withdrawn, revoked, keys, signer }
    }
    let bundle: Promise<SignedBundle> | null = null
    const renewed = (
      before: Promise<SignedBundle> | null,
      withdrawn: Withdrawn,
    ): Promise<SignedBundle> => {
      // One renewal however many ask at once; a failed one leaves the old bundle for the next to retry.
      if (bundle !== before && bundle !== null) return bundle
      const renewing = make(withdrawn)
      bundle = renewing
      renewing.catch(() => {
        if (bundle === renewing) bundle = before
      })
      return renewing
    }
    const currentBundle = async (): Promise<SignedBundle> => {
      const withdrawn = {
        withdrawn: await dependencies.withdrawn(),
        revoked: await dependencies.revoked(),
      }
      const before = bundle
      const known = before === null ? null : await before
      const isCurrent =
        known !== null &&
        platform.clock.now().getTime() < known.renewAt &&
        known.withdrawn === withdrawn.withdrawn &&
        known.revoked === withdrawn.revoked &&
        known.keys === dependencies.keys() &&
        known.signer === dependencies.signer.current()
      return isCurrent ? known : renewed(before, withdrawn)
    }

    app.get(routes.trustBundle, async (request, reply) => {
      const current = await currentBundle()
      reply.header('etag', current.tag).header('cache-control', `public, max-age=${cacheSeconds}`)
      if (request.headers['if-none-match'] === current.tag) return reply.code(304).send()
      return reply.type('application/cose').send(current.bytes)
    })

    app.get(routes.trustAnchor, async (_request, reply) => {
      reply.header('cache-control', `public, max-age=${cacheSeconds}`)
      return {
        spki: Buffer.from(dependencies.publicKeyOf(dependencies.signer.current())).toString(
          'base64',
        ),
      }
    })
  }
