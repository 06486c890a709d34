/** The way in of laboratories beside a portal, on a real database, for tests. */
import { readFile, writeFile } from 'node:fs/promises'
import {
  connectSender,
  demoLaboratory,
  ensureLaboratoryFolder,
  type LaboratoryFiles,
  type LaboratorySender,
} from '@sidep/dev'
import { temporaryFolder } from '../fault-testing.ts'
import {
  type RunningLaboratoryRole,
  type RunningServer,
  startLaboratory,
  startServer,
} from '../index.ts'
import { findScreening } from '../intake/store.ts'
import type { LaboratoryOverrides } from '../laboratory-role.ts'
import { systemClock } from '../platform/clock.ts'
import { openTestDatabases } from '../platform/test-databases.ts'
import { testConfiguration } from '../platform/testing.ts'
import { screeningIdOf } from './result-id.ts'

export interface LaboratoryBesidePortal {
  readonly folder: string
  readonly server: RunningServer
  readonly laboratory: RunningLaboratoryRole
  readonly files: LaboratoryFiles
  /** Another connection to the MLLP port. */
  connect(): Promise<LaboratorySender>
  close(): Promise<void>
}

export const siteId = demoLaboratory.sites[0].id

/** Of a PCR, by its order's number. */
export const idOfNumber = (number: string): string => screeningIdOf(siteId, `${number}|pcr|`)

/** @param name of its folder */
export const startBesidePortal = async (
  name: string,
  {
    secondPerSecond,
    ...overrides
  }: Pick<LaboratoryOverrides, 'bounds' | 'fhirBounds'> & {
    /** What the directory lets its second laboratory send. */
    readonly secondPerSecond?: number
  } = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<LaboratoryBesidePortal> => {
  const folder = temporaryFolder(name)
  await using started = new AsyncDisposableStack()
  const databases = await openTestDatabases(folder)
  started.defer(() => databases.close())
  const files = await ensureLaboratoryFolder(`${folder}/laboratory`, {
    now: systemClock.now(),
    serverNames: ['localhost'],
  })
  if (secondPerSecond !== undefined) {
    const [first, second] = JSON.parse(await readFile(files.directory, 'utf8')) as object[]
    const entries = [first, { ...second, perSecond: secondPerSecond }]
    await writeFile(files.directory, JSON.stringify(entries))
  }
  const configuration = testConfiguration(folder, {
    LABORATORY_DIRECTORY: files.directory,
    LABORATORY_AUTHORITY: files.authority,
    LABORATORY_TLS_CERTIFICATE: files.serverCertificate,
    LABORATORY_TLS_KEY: files.serverKey,
    LABORATORY_PORT: '0',
    LABORATORY_HOST: '127.0.0.1',
    ...environment,
  })
  const server = await startServer(configuration, {
    pages: null,
    database: await databases.open(0),
  })
  started.defer(() => server.close())
  const database = await databases.open(0)
  const laboratory = await startLaboratory(configuration, { database, ...overrides })
  started.defer(() => laboratory.close())
  const running = started.move()
  return {
    folder,
    server,
    laboratory,
    files,
    connect: () => connectSender({ port: laboratory.port, files }),
    close: () => running.disposeAsync(),
  }
}

/** What is stored of an order's PCR; undefined: nothing. */
export const storedOf = ({ server }: Pick<LaboratoryBesidePortal, 'server'>, number: string) =>
  findScreening(server.platform.database, siteId, idOfNumber(number))

/** Certificates and recorded acts of an order's PCR. */
export const countsOf = async (
  { server }: Pick<LaboratoryBesidePortal, 'server'>,
  number: string,
): Promise<{ readonly certificates: number; readonly acts: number }> => {
  const id = idOfNumber(number)
  const sql = server.platform.database
  const [row] = await sql<{ certificates: number; acts: number }[]>`select
    (select count(*)::int from certificate where site_id = ${siteId} and screening_id = ${id}) as certificates,
    (select count(*)::int from audit where site_id = ${siteId} and subject like ${`${id}%`}) as acts`
  if (row === undefined) throw new Error('no counts')
  return { certificates: row.certificates, acts: row.acts }
}
