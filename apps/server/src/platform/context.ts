/** What every module of the server is given; nothing is reached for globally. */
import type { FastifyBaseLogger } from 'fastify'
import type { Sql } from 'postgres'
import type { Clock, RandomBytes } from './clock.ts'
import type { Configuration } from './configuration.ts'
import type { Metrics } from './metrics.ts'
import type { Origins } from './origins.ts'
import type { RetrievalLinks } from './retrieval-links.ts'
import type { SignerRing } from './signer.ts'
import type { Vault } from './vault.ts'

export type { Sql } from 'postgres'
export type { Clock, RandomBytes } from './clock.ts'

export type Log = FastifyBaseLogger

export interface Platform {
  readonly configuration: Configuration
  /** As professionals reach the portal: the counter's origin, without a slash at the end. */
  readonly publicUrl: string
  readonly origins: Origins
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  /** The pool of this module's traffic: `main` hands each module its own (invariant 5). */
  readonly database: Sql
  readonly vault: Vault
  readonly retrievalLinks: RetrievalLinks
  /** Signs sessions only. */
  readonly sessionSigner: SignerRing
  readonly log: Log
  readonly metrics: Metrics
}
