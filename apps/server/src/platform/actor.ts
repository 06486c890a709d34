/** Who acts: what the ways in (login, later laboratory and continuity) hand down to intake and audit. */
import type { Door, SiteView } from '@sidep/contracts'

/** A professional in an open session, at a site once one is chosen. Filled by login from a verified session alone. */
export interface Actor {
  /** National id: `8` + 11-digit RPPS. */
  readonly professionalId: string
  readonly familyName: string
  readonly firstNames: string
  /** Profession code, nomenclature G15: 21 pharmacist, 10 doctor, 60 nurse … */
  readonly profession: string
  readonly door: Door
  readonly site: SiteView | null
  readonly sites: readonly SiteView[]
  readonly sessionId: string
  /** The browser at the site, when it has made itself known. */
  readonly counterId: string | null
  readonly signedInAt: Date
  readonly expiresAt: Date
}

/** An actor at work: the site is chosen. */
export type SiteActor = Actor & { readonly site: SiteView }

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by login's `requireSession` and `requireSite`; null on every other route. */
    actor: Actor | null
  }
}
