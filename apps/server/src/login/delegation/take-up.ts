import { parseUuidV7 } from '@sidep/identifiers'
import type { Platform } from '../../platform/context.ts'
import { Problem } from '../../platform/problems.ts'
import type { TakenUpDelegation } from '../session.ts'
import { shortenName } from '../site-list.ts'
import { standingOf } from '../standing.ts'
import { findDelegation, sitesOf } from './store.ts'

/**
 * A delegation for somebody who takes it up now.
 *
 * @throws Problem DELEGATION_UNKNOWN when it is another's, over, called back, or never was, or who gave it
 *   is suspended or gone from there
 */
export const takeUpDelegation = async (
  platform: Pick<Platform, 'database' | 'vault' | 'clock'>,
  staffId: string,
  siteId: string,
  delegationId: string,
): Promise<TakenUpDelegation> => {
  const id = parseUuidV7(delegationId)
  const found = id.ok ? await findDelegation(platform, siteId, id.value) : undefined
  const isOpen =
    found !== undefined &&
    found.staffId === staffId &&
    found.revokedAt === null &&
    found.endsAt > platform.clock.now()
  if (!isOpen) throw new Problem('DELEGATION_UNKNOWN')
  const standing = await standingOf(platform.database, found.responsible.id, siteId)
  if (standing !== 'good') throw new Problem('DELEGATION_UNKNOWN')
  const site = (await sitesOf(platform, [siteId])).get(siteId)
  if (site === undefined) throw new Problem('DELEGATION_UNKNOWN')
  return {
    id: found.id,
    endsAt: new Date(Math.floor(found.endsAt.getTime() / 1000) * 1000),
    responsible: {
      ...found.responsible,
      familyName: shortenName(found.responsible.familyName),
      firstNames: shortenName(found.responsible.firstNames),
    },
    site: { ...site, name: shortenName(site.name) },
  }
}
