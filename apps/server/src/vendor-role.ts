/**
 * The port of vendors, as the role `laboratory` opens it: the portal's own modules, behind a guard of vendors. Its database
 * connections are those of people's pages, of which there are none in that role: neither laboratories nor vendors wait for each
 * other's.
 */
import { openRestorations } from './audit/restorations.ts'
import {
  continuityModule,
  countFlags,
  openBacklogIntake,
  openWithdrawalSource,
} from './continuity/index.ts'
import { intakeModule } from './intake/index.ts'
import type { Issuance } from './issuance/issue.ts'
import type { KeyRings } from './issuance/key-rings.ts'
import { bookletChainOf, keepFresh } from './issuing.ts'
import { makePace } from './login/pace.ts'
import { makeSessionWatch } from './login/session-watch.ts'
import { standingOf } from './login/standing.ts'
import type { CatalogueSource } from './platform/catalogue.ts'
import type { Platform } from './platform/context.ts'
import type { Pools } from './platform/database.ts'
import type { Started } from './platform/stopping.ts'
import type { VendorConfiguration } from './platform/vendor-configuration.ts'
import { endingOfVendorDelegation, openVendorPort, startWebhookWorker } from './vendors/index.ts'

export interface VendorRole {
  readonly platform: Platform
  readonly pools: Pools
  readonly vendors: VendorConfiguration
  readonly rings: KeyRings
  readonly issuance: Issuance
  readonly catalogue: CatalogueSource
}

/** Opens it. @throws what keeps it from listening */
export const startVendorPort = async (
  { platform: given, pools, vendors, rings, issuance, catalogue }: VendorRole,
  started: Started,
): Promise<{ readonly port: number; readonly issuer: string }> => {
  const platform: Platform = { ...given, database: pools.person }
  const { metrics } = platform
  const watch = makeSessionWatch({ platform: { ...given, database: pools.login }, doors: [] })
  await watch.start()
  started.add('watches', () => watch.stop())
  const onFlags = countFlags(metrics)
  const pace = makePace({ platform: { ...given, database: pools.login }, onFlags })
  pace.start()
  started.add('watches', () => pace.stop())
  const withdrawals = openWithdrawalSource(platform)
  const restorations = await openRestorations(pools.login, platform.clock)
  started.add('watches', keepFresh([restorations], platform.log))
  const running = await openVendorPort(platform, {
    vendors,
    restorations,
    isEnded: (delegation) => watch.endedBy(delegation) !== null,
    standsAt: async (professionalId, siteId) =>
      (await standingOf(pools.login, professionalId, siteId)) === 'good',
    revoke: (delegation, at, by) =>
      watch.end(endingOfVendorDelegation(delegation, at), 'vendor-delegation', by),
    modules: (guard) => [
      intakeModule(platform, { issuance, catalogue, ...guard, pace }),
      continuityModule(platform, {
        intake: openBacklogIntake(platform, { issuance, catalogue, pace }),
        checkPace: pace.checkBacklog,
        catalogue,
        signer: rings.scopes.continuity,
        chain: bookletChainOf(rings),
        withdrawals,
        onFlags,
        // Counters' figures are of the portal's pages: software tells its vendor how it fares.
        heard: () => undefined,
        ...guard,
      }),
    ],
  })
  started.add('ways-in', () => running.close())
  const webhooks = startWebhookWorker(
    { ...given, database: pools.worker },
    vendors.webhooksAnywhere,
  )
  started.add('workers', () => webhooks.stop())
  return { port: running.port, issuer: running.issuer }
}
