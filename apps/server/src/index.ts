/** What the command line, tests and the load generator use of the server: configuration in, a running server out. */
import { join } from 'node:path'
import { connectionBounds } from '@sidep/admission'
import { type BundleContent, loadTrust, signNotice, type Trust } from '@sidep/trust'
import { profileNamed } from '@sidep/verdict'
import { admissionModule } from './admission/index.ts'
import { makePublishedDigests } from './audit/published-digests.ts'
import { openRestorations, tellRestorations } from './audit/restorations.ts'
import { erasedUntilOf } from './audit/retention/erased-until.ts'
import { startAuditWorker } from './audit/worker.ts'
import {
  continuityModule,
  countFlags,
  openBacklogIntake,
  openWithdrawalSource,
} from './continuity/index.ts'
import { readFeedFigures, serveOpenData, startFeedWorker } from './feeds/index.ts'
import { intakeModule, openRecoveries } from './intake/index.ts'
import { fixedKeyRings, type KeyRings, openKeyRings } from './issuance/key-rings.ts'
import { openKeyFolder, publicKeyInfo, type Signers } from './issuance/signers.ts'
import { bookletChainOf, keepFresh, startIssuance, watchKeys } from './issuing.ts'
import type { OpenCardDoor } from './login/card/door.ts'
import { loginModule } from './login/index.ts'
import { listSuspensions } from './login/suspension.ts'
import { denialModule } from './operations/digest/digest-page.ts'
import { startDigests } from './operations/digest/digest-worker.ts'
import { startFraudWorker } from './operations/fraud/fraud-worker.ts'
import { makeMessengers } from './operations/notify/messengers.ts'
import { screenModule, startCounting } from './operations/screen/index.ts'
import { serveStatus } from './operations/status/status-folder.ts'
import { actsOfOperations, revokeDenied } from './operations-acts.ts'
import { openCatalogue } from './platform/catalogue.ts'
import { type Clock, type RandomBytes, systemClock, systemRandomBytes } from './platform/clock.ts'
import type { Configuration } from './platform/configuration.ts'
import type { Platform } from './platform/context.ts'
import { type OpenDatabase, openDatabase } from './platform/database.ts'
import { watchEventLoop } from './platform/event-loop-watch.ts'
import { freePort } from './platform/free-port.ts'
import { makeHttp } from './platform/http.ts'
import { keyEncryptionKeyOf } from './platform/key-encryption-key.ts'
import { listenTogether } from './platform/listen.ts'
import { makeMetrics } from './platform/metrics.ts'
import { openOperatorPort } from './platform/operator-port.ts'
import { type Origins, originsOf, separateOrigins } from './platform/origins.ts'
import { servePages } from './platform/pages.ts'
import { serveInformation } from './platform/paper/information-pages.ts'
import { probes } from './platform/probes.ts'
import { makeRetrievalLinks } from './platform/retrieval-links.ts'
import { countEntries, hearHeartbeat } from './platform/site-signals.ts'
import { announceStop, makeStarted, type Started } from './platform/stopping.ts'
import { startTracing } from './platform/tracing/tracing.ts'
import { makeUserSignals } from './platform/user-signals.ts'
import { openVault } from './platform/vault.ts'
import { retrievalModule } from './retrieval/index.ts'
import {
  listNotices,
  openCarriedSource,
  openNoticeSource,
  openOwnSource,
  openPublishedIndex,
  openRevocationSource,
  startFilterWorker,
  trustBundleModule,
  trustIndexModule,
} from './revocation/index.ts'
import { endingOfVendorDelegation, vendorCounterModule } from './vendors/index.ts'

export { type RunningLaboratoryRole, startLaboratory } from './laboratory-role.ts'
export {
  type Configuration,
  type ConfigurationFault,
  type ConfigurationResult,
  describeFaults,
  parseConfiguration,
} from './platform/configuration.ts'
export { CannotStart, ensureDataFolder, startFailure } from './platform/start-failure.ts'

/** What tests and the demonstration put in place of the world. */
export interface Overrides {
  readonly clock?: Clock
  readonly randomBytes?: RandomBytes
  /** Opened and migrated; `close` of the server closes it too. */
  readonly database?: OpenDatabase
  readonly signers?: Signers
  /** Folder of the built pages; null serves none. */
  readonly pages?: string | null
  /** Whether this process runs the workers; true when absent. */
  readonly workers?: boolean
  /** Whether a thread watches its event loop; true when absent. */
  readonly isWatched?: boolean
}

export interface RunningServer {
  /** As people reach it, without a slash at the end. */
  readonly url: string
  readonly origins: Origins
  readonly port: number
  /** Where the operator reads figures and the description of every route, without a slash at the end. */
  readonly operatorUrl: string
  /** The signers of certificates, as the bundle lists them. */
  readonly trust: Pick<BundleContent, 'dcc' | 'twoddoc' | 'continuity'>
  /** Ports of the card door; null when none is configured. */
  readonly cardDoor: Pick<OpenCardDoor, 'port' | 'proxyPort' | 'refreshLists'> | null
  /** For tests and the bench: the parts that were wired. */
  readonly platform: Platform
  /** Not ready, a pause, no new connections, requests in work ended, then workers, issuing and database. */
  close(): Promise<void>
}

const defaultPages = join(import.meta.dirname, '../../web/dist')
/**
 * Starts the server of a configuration: database, vault, signers, modules, workers.
 * @throws with what keeps it from starting; nothing is left running then
 */
export const startServer = async (
  given: Configuration,
  overrides: Overrides = {},
): Promise<RunningServer> => {
  const started = makeStarted()
  try {
    return await start(given, overrides, started)
  } catch (error) {
    await started.stop()
    throw error
  }
}

/** What verifiers trust of this portal; made anew when its keys change. */
const verifierTrustOf = (rings: KeyRings): (() => Promise<Trust>) => {
  let trust: Promise<Trust> | null = null
  rings.onChange(() => {
    trust = null
  })
  return () => {
    trust ??= loadTrust(rings.content())
    return trust
  }
}

const start = async (
  given: Configuration,
  overrides: Overrides,
  started: Started,
): Promise<RunningServer> => {
  const port = given.port === 0 ? await freePort(given.host) : given.port
  const configuration: Configuration = { ...given, port }
  const origins = originsOf(configuration, port)
  const publicUrl = origins.counter
  const clock = overrides.clock ?? systemClock
  const randomBytes = overrides.randomBytes ?? systemRandomBytes
  const metrics = makeMetrics()
  // Ends last: what stops before it is traced too.
  started.add('tracing', await startTracing(configuration.tracing, 'portal', metrics))

  // Said at once, before a database is waited for.
  if (overrides.signers === undefined) await openKeyFolder(configuration, clock, randomBytes)
  const keyEncryptionKey = keyEncryptionKeyOf(configuration, randomBytes)
  const database =
    overrides.database ??
    (await openDatabase(
      configuration.databaseUrl,
      configuration.dataDirectory,
      configuration.ownerDatabaseUrl,
    ))
  started.add('database', () => database.close())
  const { pools } = database
  const vault = await openVault(pools.login, keyEncryptionKey, clock, randomBytes)
  const catalogue = await openCatalogue(pools.login)
  const restorations = await openRestorations(pools.login, clock)
  const rings =
    overrides.signers === undefined
      ? await openKeyRings({ configuration, clock, randomBytes, database: pools.login })
      : fixedKeyRings(overrides.signers, clock.now)

  const app = await makeHttp({ ...configuration, publicUrl }, metrics)
  separateOrigins(app, origins)
  tellRestorations(app, restorations)
  let closeApp = (): Promise<void> => app.close()
  started.add('ways-in', () => closeApp())
  if (overrides.isWatched ?? true) {
    const isQuiet = configuration.logLevel === 'silent'
    const descriptor = isQuiet ? null : process.stdout.fd
    const watch = watchEventLoop({ log: app.log, metrics, descriptor })
    started.add('watches', () => watch.stop())
  }
  const announcement = announceStop(app, configuration.stopPauseSeconds)
  started.add('watches', keepFresh([vault, catalogue, restorations], app.log))
  started.add('watches', keepFresh([rings], app.log, configuration.keysRefreshSeconds * 1_000))
  watchKeys(rings, metrics, app.log)
  const base = {
    configuration,
    publicUrl,
    origins,
    clock,
    randomBytes,
    vault,
    retrievalLinks: makeRetrievalLinks(vault, origins.person),
    sessionSigner: rings.scopes.session,
    log: app.log,
    metrics,
  }
  const platform: Platform = { ...base, database: pools.intake }

  const isReplaced = [overrides.clock, overrides.randomBytes, overrides.signers].some(
    (given) => given !== undefined,
  )
  const issuance = await startIssuance(platform, rings, isReplaced, started)
  const withdrawals = openWithdrawalSource(platform)
  const revocations = openRevocationSource(platform)
  const workerPlatform: Platform = { ...base, database: pools.worker }
  const ownRevocations = openOwnSource(workerPlatform)
  const notices = openNoticeSource(workerPlatform)
  const onFlags = countFlags(metrics)
  const signals = makeUserSignals({ platform: { ...base, database: pools.worker } })
  const login = loginModule(
    { ...base, database: pools.login },
    { bookletsEnded: () => withdrawals.changed(), onFlags, signals },
  )
  const retrieval = retrievalModule(
    { ...base, database: pools.person },
    { ...base, database: pools.worker },
    {
      acceptance: {
        trust: verifierTrustOf(rings),
        profile: profileNamed(configuration.ruleProfile),
      },
      recoveries: openRecoveries({ ...base, database: pools.person }, issuance),
    },
  )
  const admission = admissionModule(
    { ...base, database: pools.login },
    {
      sessionOf: login.sessionOf,
      roomTime: overrides.clock === undefined ? 'database' : 'process',
    },
  )
  await admission.install(app)
  const limits = { catchUpDaysMax: configuration.retention.identifyingDays }
  await app.register(probes({ database, announcement, metrics, catalogue, limits, origins }))
  countEntries(app, { platform: base, signals })
  signals.start()
  started.add('workers', () => signals.stop())
  await app.register(login.plugin)
  await app.register(
    intakeModule(platform, {
      issuance,
      catalogue,
      requireSite: login.requireSite,
      guardAct: login.guardAct,
      pace: login.pace,
      onRevoked: () => {
        revocations.changed()
        ownRevocations.changed()
      },
    }),
  )
  await app.register(
    vendorCounterModule(
      { ...base, database: pools.login },
      {
        requireSession: login.requireSession,
        requireSite: login.requireSite,
        guardAct: login.guardAct,
        isEnded: login.isEnded,
        revoke: (delegation, at, by) =>
          login.endSessions(endingOfVendorDelegation(delegation, at), 'vendor-delegation', by),
      },
    ),
  )
  await app.register(retrieval.plugin)
  await app.register(
    continuityModule(platform, {
      intake: openBacklogIntake(platform, { issuance, catalogue, pace: login.pace }),
      checkPace: login.pace.checkBacklog,
      catalogue,
      signer: rings.scopes.continuity,
      chain: bookletChainOf(rings),
      withdrawals,
      onFlags,
      heard: hearHeartbeat({ platform: base, signals }),
      requireSite: login.requireSite,
      guardAct: login.guardAct,
    }),
  )
  const audit = makePublishedDigests(pools.worker, app.log)
  await app.register(
    trustIndexModule(
      openPublishedIndex(workerPlatform, {
        signer: rings.scopes.bundle,
        keys: () => rings.content(),
        successions: () => rings.successions(),
        withdrawn: withdrawals,
        own: ownRevocations,
        carried: openCarriedSource(workerPlatform),
        notices,
        audit,
        ruleProfile: configuration.ruleProfile,
        refreshKeys: () => rings.refresh(),
      }),
    ),
  )
  await app.register(
    trustBundleModule(platform, {
      signer: rings.scopes.bundle,
      publicKeyOf: publicKeyInfo,
      keys: () => rings.content(),
      successions: () => rings.successions(),
      ruleProfile: configuration.ruleProfile,
      withdrawn: () => withdrawals.current(),
      revoked: () => revocations.current(),
      audit,
    }),
  )
  await app.register(
    screenModule(workerPlatform, {
      ...login.operators,
      doors: login.doorStandings,
      capacity: admission.view,
      feeds: () => readFeedFigures(pools.worker, clock.now()),
      notices: () => listNotices(pools.worker, clock.now()),
      suspended: async () =>
        new Set((await listSuspensions(pools.worker)).map(({ professionalId }) => professionalId)),
      acts: actsOfOperations(
        workerPlatform,
        (notice) => signNotice(notice, rings.scopes.bundle.current(), rings.successions()),
        {
          withdrawn: () => withdrawals.changed(),
          revoked: () => {
            revocations.changed()
            ownRevocations.changed()
          },
          notices: () => notices.changed(),
        },
      ),
    }),
  )
  await app.register(denialModule(workerPlatform))
  serveInformation(app, configuration)
  serveStatus(app, configuration.statusDirectory)
  await serveOpenData(app, pools.worker, configuration, app.log)
  const pages = overrides.pages === undefined ? defaultPages : overrides.pages
  if (pages !== null) {
    await servePages(app, pages, origins, () => publicKeyInfo(rings.scopes.bundle.current()))
  }

  closeApp = await listenTogether(app, {
    host: configuration.host,
    port,
    backlog: connectionBounds.listenBacklog,
  })
  const operatorPort = await openOperatorPort(configuration.operator, {
    metrics: () => metrics.render(),
  })
  started.add('watches', () => operatorPort.close())
  const cardDoor = (await login.openCardDoor?.(admission.admitSignIn)) ?? null
  started.add('ways-in', () => cardDoor?.close())
  if (overrides.workers ?? true) {
    const worker = retrieval.startWorker()
    started.add('workers', () => worker.stop())
    const auditWorker = startAuditWorker({
      ...base,
      database: pools.worker,
      signer: rings.scopes.continuity,
      rootCertificate: rings.rootCertificate,
      retention: configuration.retention,
      erasedUntil: await erasedUntilOf(configuration),
    })
    started.add('workers', () => auditWorker.stop())
    const counting = startCounting(workerPlatform)
    started.add('workers', () => counting.stop())
    const filters = startFilterWorker(workerPlatform)
    started.add('workers', () => filters.stop())
    const feeds = await startFeedWorker(workerPlatform, configuration)
    started.add('workers', () => feeds.stop())
    const messengers = makeMessengers({ mail: configuration.mail, sms: null })
    const digests = startDigests({
      platform: workerPlatform,
      send: configuration.mail === null ? null : messengers.send,
      revoke: revokeDenied(workerPlatform, {
        revoked: () => {
          revocations.changed()
          ownRevocations.changed()
        },
      }),
    })
    started.add('workers', async () => {
      await digests.stop()
      messengers.close()
    })
    const fraud = startFraudWorker(workerPlatform)
    started.add('workers', () => fraud.stop())
  }
  started.add('announcement', () => announcement.begin())
  return {
    url: origins.home,
    origins,
    port,
    operatorUrl: operatorPort.url,
    get trust() {
      return rings.content()
    },
    platform,
    cardDoor,
    close: () => started.stop(),
  }
}
