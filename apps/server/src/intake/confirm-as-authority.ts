/** A confirmation by the authority: by a command on a portal's configuration, with its server running or not. */
import type { ScreeningAnswer } from '@sidep/contracts'
import type { Sql } from 'postgres'
import { openIssuance } from '../issuance/issue.ts'
import { issuingKeysOf } from '../issuance/issuing-keys.ts'
import { openKeyRings } from '../issuance/key-rings.ts'
import { openCatalogue } from '../platform/catalogue.ts'
import type { Clock, RandomBytes } from '../platform/clock.ts'
import type { Configuration } from '../platform/configuration.ts'
import { keyEncryptionKeyOf } from '../platform/key-encryption-key.ts'
import { originsOf } from '../platform/origins.ts'
import { makeRetrievalLinks } from '../platform/retrieval-links.ts'
import { openVault } from '../platform/vault.ts'
import { openIntake } from './intake.ts'

export interface ConfirmingPortal {
  readonly configuration: Configuration
  readonly database: Sql
  readonly clock: Clock
  readonly randomBytes: RandomBytes
}

export interface AuthorityConfirmation {
  readonly siteId: string
  readonly screeningId: string
  /** By which operations know who decides it. */
  readonly name: string
  readonly reason: string
}

/**
 * Confirms a positive of more than a day ago where nobody else of the site can; its certificate is issued by that.
 * @throws Problem SCREENING_UNKNOWN, ISSUANCE_FAILED
 */
export const confirmAsAuthority = async (
  { configuration, database, clock, randomBytes }: ConfirmingPortal,
  { siteId, screeningId, name, reason }: AuthorityConfirmation,
): Promise<ScreeningAnswer> => {
  const keyEncryptionKey = keyEncryptionKeyOf(configuration, randomBytes)
  const vault = await openVault(database, keyEncryptionKey, clock, randomBytes)
  const { person } = originsOf(configuration, configuration.port)
  // The keys that sign now by the word of the database, as in its servers.
  const rings = await openKeyRings({ configuration, clock, randomBytes, database })
  const keysAt = await issuingKeysOf(rings.held())
  const onRefused = (): void => undefined
  const intake = openIntake(
    { configuration, clock, database, vault, retrievalLinks: makeRetrievalLinks(vault, person) },
    {
      issuance: openIssuance({ configuration, clock, randomBytes, onRefused }, keysAt),
      catalogue: await openCatalogue(database),
    },
  )
  const [site] = await database<{ name: string }[]>`select name from site where id = ${siteId}`
  const by = { kind: 'authority', name, reason } as const
  const confirmed = await intake.confirm(
    { id: siteId, name: site?.name ?? siteId },
    screeningId,
    by,
  )
  return confirmed.answer()
}
