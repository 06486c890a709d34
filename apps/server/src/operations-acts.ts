/** The acts that the screen of operations offers, each by the module that owns it: modules on one floor do not know each other. */
import type { ToleranceNotice } from '@sidep/trust'
import { cancelSiteSlips, withdrawSite } from './continuity/withdrawals.ts'
import { pauseFeed, resumeFeed } from './feeds/feed-state.ts'
import { revokeByTarget } from './intake/revoke-as-authority.ts'
import { switchDoor } from './login/door-switch.ts'
import { liftSuspension, suspendProfessional } from './login/suspension.ts'
import type { DigestDependencies } from './operations/digest/digest-worker.ts'
import type { ScreenActs } from './operations/screen/index.ts'
import type { Platform } from './platform/context.ts'
import { draftNotice, signDraft, withdrawNotice } from './revocation/index.ts'

/** Verifiers are to hear of it with their next list, and this process says so at once. */
export interface Changed {
  readonly withdrawn: () => void
  readonly revoked: () => void
  readonly notices: () => void
}

/** What a professional says is not theirs, taken back. */
export const revokeDenied =
  (platform: Platform, changed: Pick<Changed, 'revoked'>): DigestDependencies['revoke'] =>
  async (id, since, until, { by, reason }) => {
    const target = { kind: 'professional', id, since, until } as const
    const { certificates } = await revokeByTarget(platform, target, { name: by, reason })
    changed.revoked()
    return certificates
  }

/** @param sign a notice, by the bundle's signer, as `sidep notice --sign` does */
export const actsOfOperations = (
  platform: Platform,
  sign: (notice: ToleranceNotice) => Promise<Uint8Array>,
  changed: Changed,
): ScreenActs => {
  const { database, clock } = platform
  return {
    switchDoor: ({ door, ...order }) => switchDoor(database, door, order, clock.now()),
    suspend: async ({ to, ...order }) => {
      if (to === 'lifted') return { isChanged: await liftSuspension(database, order, clock.now()) }
      const { isNew, booklets } = await suspendProfessional(database, order, clock.now())
      changed.withdrawn()
      return { isChanged: isNew, booklets: booklets.length }
    },
    feed: async ({ feed: name, to, by, reason }) => {
      const order = { name, by, reason, at: clock.now() }
      if (to === 'paused') await pauseFeed(database, order)
      else await resumeFeed(database, order)
    },
    withdrawBooklets: async (site, reason, { by }) => {
      await withdrawSite(database, site, { actor: null, by, reason, at: clock.now() })
      changed.withdrawn()
    },
    withdrawSlips: async (site, reason, { by }) => {
      const order = { actor: null, by, reason, at: clock.now() }
      const slips = await cancelSiteSlips(database, site, order)
      changed.withdrawn()
      return slips
    },
    draftNotice: (draft, by) => draftNotice(database, draft, by, clock.now()),
    signNotice: async (notice, by) => {
      const isSigned = await signDraft(database, notice, by, sign, clock.now())
      if (isSigned) changed.notices()
      return isSigned
    },
    withdrawNotice: async (notice, by) => {
      const isWithdrawn = await withdrawNotice(database, notice, by, clock.now())
      if (isWithdrawn) changed.notices()
      return isWithdrawn
    },
    revoke: async (id, since, order) => {
      const target = { kind: 'professional', id, since } as const
      const found = await revokeByTarget(
        platform,
        target,
        order === null ? null : { name: order.by, reason: order.reason },
      )
      if (order !== null) changed.revoked()
      return found
    },
  }
}
