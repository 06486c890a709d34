/** What a professional lets software do: where, for what, until when. */
import type { SiteView, VendorDelegationView, VendorScope } from '@sidep/contracts'
import type { SiteActor } from '../platform/actor.ts'
import type { Clock } from '../platform/clock.ts'
import type { Vendor } from './register.ts'

export interface VendorDelegation {
  readonly id: string
  readonly vendorId: string
  readonly site: SiteView
  readonly professional: {
    readonly id: string
    readonly familyName: string
    readonly firstNames: string
    readonly profession: string
  }
  /** Thumbprint (RFC 7638) of the software's own key. */
  readonly device: string | null
  readonly scopes: readonly VendorScope[]
  /** The strong sign-in that it was granted in. */
  readonly signedInAt: Date
  readonly grantedAt: Date
  readonly endsAt: Date
}

/** Who acts, when software works on it: the professional answers, the software did it. */
export const actorOf = (
  delegation: Omit<VendorDelegation, 'scopes' | 'vendorId'>,
  { id, name }: Pick<Vendor, 'id' | 'name'>,
): SiteActor => {
  const { professional, site } = delegation
  return {
    professionalId: professional.id,
    familyName: professional.familyName,
    firstNames: professional.firstNames,
    profession: professional.profession,
    door: 'vendor',
    site,
    sites: [site],
    sessionId: delegation.id,
    counterId: delegation.device,
    signedInAt: delegation.signedInAt,
    expiresAt: delegation.endsAt,
    vendor: { id, name },
    delegationId: delegation.id,
  }
}

/** What the list of ended sessions may name of it. */
export const revocableOf = ({
  id,
  device,
  professional,
  grantedAt,
}: Pick<VendorDelegation, 'id' | 'device' | 'professional' | 'grantedAt'>) => ({
  sessionId: id,
  device,
  // It outlives the session that it was granted in, and what the provider says of that one.
  providerSession: null,
  providerSubject: null,
  // Who ends all that is open ends what was granted until then.
  signedInAt: grantedAt,
  person: { id: professional.id },
  delegation: { id, responsible: { id: professional.id } },
})

/** Whether its day is over, or something ended it since. */
export type IsOver = (
  delegation: Parameters<typeof revocableOf>[0] & Pick<VendorDelegation, 'endsAt'>,
) => boolean

export const makeIsOver =
  (clock: Clock, isEnded: (delegation: ReturnType<typeof revocableOf>) => boolean): IsOver =>
  (delegation) =>
    delegation.endsAt <= clock.now() || isEnded(revocableOf(delegation))

/** The entry of the list of what is over that ends its tokens, and its booklets. */
export const endingOfVendorDelegation = ({ id, endsAt }: VendorDelegation, at: Date) => ({
  kind: 'delegation' as const,
  subject: id,
  before: at,
  exceptSessionId: null,
  // No token of it is younger than that.
  expiresAt: endsAt > at ? endsAt : at,
})

export const delegationView = (
  { id, site, professional, scopes, grantedAt, endsAt }: VendorDelegation,
  vendor: Pick<Vendor, 'id' | 'name'>,
): VendorDelegationView => ({
  id,
  vendor: { id: vendor.id, name: vendor.name },
  site,
  professional: {
    id: professional.id,
    familyName: professional.familyName,
    firstNames: professional.firstNames,
  },
  scopes: [...scopes],
  grantedAt: grantedAt.toISOString(),
  endsAt: endsAt.toISOString(),
})
