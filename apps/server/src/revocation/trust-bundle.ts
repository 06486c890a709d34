/** The bundle that verifiers work from: signed, cached, the same for everybody. */
import { createHash } from 'node:crypto'
import { routes } from '@sidep/contracts'
import { type BundleContent, signBundle } from '@sidep/trust'
import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../platform/clock.ts'
import type { Signer } from '../platform/signer.ts'

interface Needs {
  readonly bundleSigner: Signer
  /** SubjectPublicKeyInfo of the bundle signer, DER. */
  readonly bundlePublicKey: Uint8Array
  readonly content: Pick<BundleContent, 'dcc' | 'twoddoc' | 'ruleProfile'>
}

const hourMilliseconds = 3_600_000
/** A verifier that has been offline for longer must fetch a new one before it believes anything. */
const validityMilliseconds = 7 * 24 * hourMilliseconds
const cacheSeconds = 300

interface SignedBundle {
  readonly bytes: Buffer
  readonly tag: string
  readonly renewAt: number
}

/** Serves `/trust/bundle`, signed anew every hour, and `/trust/anchor`, the key that it is checked with. */
export const trustBundleModule =
  (platform: { readonly clock: Clock }, needs: Needs): FastifyPluginAsync =>
  async (app) => {
    const make = async (): Promise<SignedBundle> => {
      const now = platform.clock.now().getTime()
      const bytes = Buffer.from(
        await signBundle(
          {
            version: 1,
            issuedAt: new Date(now).toISOString(),
            expiresAt: new Date(now + validityMilliseconds).toISOString(),
            ...needs.content,
          },
          needs.bundleSigner,
        ),
      )
      const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
      return { bytes, tag, renewAt: now + hourMilliseconds }
    }
    let bundle = make()

    app.get(routes.trustBundle, async (request, reply) => {
      const before = bundle
      let current = await before
      if (platform.clock.now().getTime() >= current.renewAt) {
        // One renewal however many ask at once; a failed one leaves the old bundle for the next to retry.
        if (bundle === before) {
          bundle = make()
          bundle.catch(() => {
            bundle = before
          })
        }
        current = await bundle
      }
      reply.header('etag', current.tag).header('cache-control', `public, max-age=${cacheSeconds}`)
      if (request.headers['if-none-match'] === current.tag) return reply.code(304).send()
      return reply.type('application/cose').send(current.bytes)
    })

    app.get(routes.trustAnchor, async (_request, reply) => {
      reply.header('cache-control', `public, max-age=${cacheSeconds}`)
      return { spki: Buffer.from(needs.bundlePublicKey).toString('base64') }
    })
  }
