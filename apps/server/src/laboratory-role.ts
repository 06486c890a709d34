/**
 * The role `laboratory`: a process of its own beside the portal's, with its own connections to the database, its own
 * issuing thread and its own bounds. It needs no identity provider, no session, and nothing of the portal but the database
 * and the signing keys (invariant 5). Laboratories come in by it, and software of vendors, each by a port and a pool of its own.
 */
import { laboratoryIssuingRounds } from '@sidep/admission'
import fastify from 'fastify'
import { openCorrecting } from './intake/correcting.ts'
import { openIntake } from './intake/index.ts'
import { fixedKeyRings, openKeyRings } from './issuance/key-rings.ts'
import { openKeyFolder, type Signers } from './issuance/signers.ts'
import { keepFresh, startIssuance, watchKeys } from './issuing.ts'
import type { FhirBounds } from './laboratory/fhir-port/listen.ts'
import { startLaboratories } from './laboratory/index.ts'
import type { ConnectionBounds } from './laboratory/mllp/connection.ts'
import { openCatalogue } from './platform/catalogue.ts'
import { type Clock, systemClock, systemRandomBytes } from './platform/clock.ts'
import type { Configuration } from './platform/configuration.ts'
import type { Platform } from './platform/context.ts'
import type { OpenDatabase } from './platform/database.ts'
import { openDatabaseBesides } from './platform/database.ts'
import { keyEncryptionKeyOf } from './platform/key-encryption-key.ts'
import { makeLogDestination } from './platform/log-destination.ts'
import { makeMetrics } from './platform/metrics.ts'
import { openOperatorPort } from './platform/operator-port.ts'
import { originsOf } from './platform/origins.ts'
import { makeRetrievalLinks } from './platform/retrieval-links.ts'
import { CannotStart } from './platform/start-failure.ts'
import { makeStarted, type Started } from './platform/stopping.ts'
import { startTracing } from './platform/tracing/tracing.ts'
import { openVault } from './platform/vault.ts'
import { startVendorPort } from './vendor-role.ts'

/** What tests put in place of the world. */
export interface LaboratoryOverrides {
  readonly clock?: Clock
  readonly signers?: Signers
  /** Opened and migrated; closed with the role. */
  readonly database?: OpenDatabase
  readonly bounds?: Partial<ConnectionBounds>
  readonly fhirBounds?: Partial<FhirBounds>
}

export interface RunningLaboratoryRole {
  /** Where MLLP over TLS is spoken; 0 where no laboratory is let in. */
  readonly port: number
  /** Where FHIR over HTTPS is spoken. */
  readonly fhirPort: number
  /** Address of FHIR's base, as laboratories reach it; empty where none is let in. */
  readonly fhirUrl: string
  /** Where software of vendors asks, and the issuer of its tokens; null where none is let in. */
  readonly vendors: { readonly port: number; readonly issuer: string } | null
  /** Where the operator reads its figures, without a slash at the end. */
  readonly operatorUrl: string
  /** No new connections, messages in work answered, then issuing and database. */
  close(): Promise<void>
}

/** The ports that are configured. @throws CannotStart for none */
const portsOf = ({ laboratory, vendors }: Configuration) => {
  if (laboratory === null && vendors === null)
    throw new CannotStart(
      'NOBODY_TO_SERVE',
      'neither LABORATORY_DIRECTORY nor VENDOR_TLS_CERTIFICATE names a file',
    )
  return { laboratory, vendors }
}

const start = async (
  configuration: Configuration,
  {
    clock: givenClock,
    signers,
    database: given,
    bounds = {},
    fhirBounds = {},
  }: LaboratoryOverrides,
  started: Started,
): Promise<Omit<RunningLaboratoryRole, 'close'>> => {
  const { laboratory, vendors } = portsOf(configuration)
  const clock = givenClock ?? systemClock
  const randomBytes = systemRandomBytes
  const metrics = makeMetrics()
  started.add('tracing', await startTracing(configuration.tracing, 'laboratory', metrics))
  const { log } = fastify({
    logger: { level: configuration.logLevel, stream: makeLogDestination(metrics) },
  })
  if (signers === undefined) await openKeyFolder(configuration, clock, randomBytes)
  const keyEncryptionKey = keyEncryptionKeyOf(configuration, randomBytes)
  const { databaseUrl, dataDirectory, ownerDatabaseUrl } = configuration
  const database =
    given ?? (await openDatabaseBesides(databaseUrl, dataDirectory, ownerDatabaseUrl))
  started.add('database', () => database.close())
  const { pools } = database
  const vault = await openVault(pools.login, keyEncryptionKey, clock, randomBytes)
  const catalogue = await openCatalogue(pools.login)
  const rings =
    signers === undefined
      ? await openKeyRings({ configuration, clock, randomBytes, database: pools.login })
      : fixedKeyRings(signers, clock.now)
  started.add('watches', keepFresh([vault, catalogue], log))
  started.add('watches', keepFresh([rings], log, configuration.keysRefreshSeconds * 1_000))
  watchKeys(rings, metrics, log)
  const origins = originsOf(configuration, configuration.port)
  const platform: Platform = {
    configuration,
    publicUrl: origins.counter,
    origins,
    clock,
    randomBytes,
    log,
    metrics,
    vault,
    database: pools.intake,
    retrievalLinks: makeRetrievalLinks(vault, origins.person),
    sessionSigner: rings.scopes.session,
  }
  const isReplaced = signers !== undefined || givenClock !== undefined
  const issuance = await startIssuance(platform, rings, isReplaced, started)
  let laboratories = { port: 0, fhirPort: 0, fhirUrl: '' }
  if (laboratory !== null) {
    const gathered = { issuingRounds: laboratoryIssuingRounds }
    const intake = openIntake(platform, { issuance, catalogue, ...gathered })
    const correcting = openCorrecting(platform, { issuance, catalogue, find: intake.find })
    const parts = { laboratory, intake, correcting, catalogue, bounds, fhirBounds }
    const running = await startLaboratories(platform, parts)
    started.add('ways-in', () => running.close())
    laboratories = running
  }
  const vendorPort =
    vendors === null
      ? null
      : await startVendorPort({ platform, pools, vendors, rings, issuance, catalogue }, started)
  const { host } = configuration.operator
  const operatorPort = (laboratory ?? vendors)?.operatorPort ?? 0
  const operator = await openOperatorPort(
    { host, port: operatorPort },
    { metrics: () => metrics.render() },
  )
  started.add('watches', () => operator.close())
  const { port, fhirPort, fhirUrl } = laboratories
  return { port, fhirPort, fhirUrl, vendors: vendorPort, operatorUrl: operator.url }
}

/**
 * Starts the way in of laboratories.
 * @throws with what keeps it from starting; nothing is left running then
 */
export const startLaboratory = async (
  configuration: Configuration,
  overrides: LaboratoryOverrides = {},
): Promise<RunningLaboratoryRole> => {
  const started = makeStarted()
  try {
    return { ...(await start(configuration, overrides, started)), close: () => started.stop() }
  } catch (error) {
    await started.stop()
    throw error
  }
}
