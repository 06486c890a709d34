import type { BookletChainCheck } from '@sidep/continuity'
import type { HeartbeatInput } from '@sidep/contracts'
import type { preHandlerAsyncHookHandler } from 'fastify'
import type { Intake } from '../intake/index.ts'
import type { GuardAct } from '../platform/act.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { CatalogueSource } from '../platform/catalogue.ts'
import type { Platform } from '../platform/context.ts'
import type { SignerRing } from '../platform/signer.ts'
import type { WithdrawalSource } from './withdrawal-source.ts'

export type ContinuityPlatform = Pick<
  Platform,
  | 'configuration'
  | 'origins'
  | 'clock'
  | 'randomBytes'
  | 'database'
  | 'vault'
  | 'retrievalLinks'
  | 'log'
  | 'metrics'
>

/** What `main` hands continuity from the floors above and below. */
export interface ContinuityDependencies {
  readonly intake: Intake
  readonly catalogue: CatalogueSource
  /** Signs booklets and slips only. */
  readonly signer: SignerRing
  /** Whether a booklet is ours: of one of this signer's keys, also of those before whose booklets may still come in. */
  readonly chain: BookletChainCheck
  readonly withdrawals: WithdrawalSource
  /** Told the codes of what operations should look into, each once. */
  readonly onFlags: (codes: readonly string[]) => void
  /**
   * Login's word on how fast screenings were made under one name.
   * @throws Problem FRESH_SIGN_IN_REQUIRED
   */
  readonly checkPace: (actor: SiteActor) => void
  /** Told what counters say of themselves. */
  readonly heard: (site: SiteActor['site'], heartbeat: HeartbeatInput) => void
  /** Login's check that a session is open and a site chosen; it sets `request.actor`. */
  readonly requireSite: preHandlerAsyncHookHandler
  /** Login's guard of acts that need the signature of the session's device, and a fresh sign-in where told. */
  readonly guardAct: GuardAct
}
