/** Remembers by which networks a counter signed in at a site, so that a stolen account stands out; no address is kept. */
import type { Platform } from '../platform/context.ts'
import { addressKey, networkOf } from '../platform/network-address.ts'
import type { SessionFacts } from './session.ts'

/**
 * Writes down the network of whoever just signed in at a site, or chose one.
 *
 * @param address of the request, behind the proxies that are trusted
 */
export const rememberNetwork = async (
  { database, vault, clock }: Pick<Platform, 'database' | 'vault' | 'clock'>,
  { site, device }: Pick<SessionFacts, 'site' | 'device'>,
  address: string,
): Promise<void> => {
  if (site === null || device === null) return
  const network = vault.searchHash('network', networkOf(addressKey(address)))
  const now = clock.now()
  await database`
    insert into counter_network as known (site_id, counter_id, network, first_at, last_at)
    values (${site.id}, ${device}, ${network}, ${now}, ${now})
    on conflict (site_id, counter_id, network) do update set last_at = excluded.last_at`
}
