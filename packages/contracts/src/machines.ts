/** What machines read of the portal itself. */
import { type Static, Type } from 'typebox'

export const TrustAnchor = Type.Object({
  /** Base64 of the SubjectPublicKeyInfo, DER, that the trust bundle is checked with. */
  spki: Type.String(),
})
export type TrustAnchor = Static<typeof TrustAnchor>

export const Liveness = Type.Object({ status: Type.Literal('alive') })

export const Readiness = Type.Object({
  /** `ready`, `stopping`, or what it waits for. */
  status: Type.String(),
})
