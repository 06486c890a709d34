/** Who acts: what the ways in (login, later laboratory and continuity) hand down to intake and audit. */
import type { Door, SiteView } from '@sidep/contracts'

/** Somebody of the staff at the keyboard, under the responsibility of the professional. */
export interface Operator {
  /** National id (`8` + RPPS), or the id on a pharmacy employee's card: `3` + FINESS + `/` + serial. */
  readonly id: string
  readonly familyName: string
  readonly firstNames: string
}

/** Software that works for the professional, on a delegation of theirs. */
export interface ActingVendor {
  readonly id: string
  readonly name: string
}

/** A professional in an open session, at a site once one is chosen. Filled by login from a verified session, or by vendors from a verified token, alone. */
export interface Actor {
  /** Who is responsible for what is done; national id: `8` + 11-digit RPPS. */
  readonly professionalId: string
  readonly familyName: string
  readonly firstNames: string
  /** Profession code, nomenclature G15: 21 pharmacist, 10 doctor, 60 nurse … */
  readonly profession: string
  readonly door: WayIn
  readonly site: SiteView | null
  readonly sites: readonly SiteView[]
  readonly sessionId: string
  /** The browser at the site: thumbprint of its device key (RFC 7638), when the session is bound to one. */
  readonly counterId: string | null
  readonly signedInAt: Date
  readonly expiresAt: Date
  /** Who does it, when that is not the professional: somebody they let work for them. */
  readonly operator?: Operator | null
  /** The software that does it; its delegation stands for a session. */
  readonly vendor?: ActingVendor
  /** The delegation that they, or it, do it under. */
  readonly delegationId?: string | null
  /** Whether the session was carried past its normal life because no door was open; the audit chain says so. */
  readonly extended?: boolean
}

/** Doors of people, and the ways in of laboratories, whose certificate stands for a session, and of vendors' software. */
export type WayIn = Door | 'laboratory' | 'vendor'

/** An actor at work: the site is chosen. */
export type SiteActor = Actor & { readonly site: SiteView }

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by login's `requireSession` and `requireSite`, and by vendors' guard; null on every other route. */
    actor: Actor | null
  }
}
