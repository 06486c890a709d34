/** The processes of ours in a drill, each as an operator starts it. */
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureLaboratoryFolder } from '@sidep/dev'
import { answersWell, type DrillProcess, type Host, makeProcess, thisMachine } from './host.ts'

const serverMain = fileURLToPath(import.meta.resolve('@sidep/server/main.ts'))
const providerMain = join(
  dirname(fileURLToPath(import.meta.resolve('@sidep/dev'))),
  'identity-provider/main.ts',
)
const laboratoryMain = join(import.meta.dirname, '../laboratory-process.ts')
const watcherMain = join(import.meta.dirname, '../watcher-process.ts')

export type Settings = Readonly<Record<string, string>>

/** What all of a drill's processes are told. */
export interface Common {
  /** For data and keys. */
  readonly folder: string
  /** For what everything says; where absent, there too. */
  readonly logs?: string
  /** Of everything of ours: where the database is, whom to sign in at. */
  readonly settings: Settings
}

const client = { id: 'sidep-development', secret: 'sidep-development-secret' } as const

export const providerSettings = (port: number, host = '127.0.0.1'): Settings => ({
  ECPS_ISSUER: `http://${host}:${port}`,
  ECPS_CLIENT_ID: client.id,
  ECPS_CLIENT_SECRET: client.secret,
})

const logOf = ({ folder, logs = folder }: Common, name: string): string => join(logs, `${name}.log`)

export const isListening = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 })
    const end = (isOpen: boolean): void => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })

/** It answers, whatever it says, but for that its database is away. */
const hasJudged = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
    async (answer) => !(await answer.text()).includes('database-unavailable'),
    () => false,
  )

/** A portal that answers requests and delivers messages. It is up once it says how it is. */
export const portalProcess = (
  common: Common,
  name: string,
  host: Host,
  port: number,
  environment: Settings = {},
): DrillProcess =>
  makeProcess({
    name,
    host,
    command: [process.execPath, serverMain],
    environment: {
      DATA_DIR: common.folder,
      HOST: host.address,
      PORT: String(port),
      OPERATOR_PORT: '0',
      LOG_LEVEL: 'error',
      // The load's few professionals record in a minute what a person does in a day.
      PACE_SCREENINGS_PER_HOUR: '100000',
      ...common.settings,
      ...environment,
    },
    log: logOf(common, name),
    isUp: () => hasJudged(`http://${host.address}:${port}`),
    // Migrations are looked at, keys are read: a second, unless the machine is busy with other work.
    startMillisecondsMax: 180_000,
  })

/** What an operator installs: read from there, so that what is drilled is what is given. */
export const deployFile = (name: string): string =>
  fileURLToPath(new URL(`../../../deploy/patroni/${name}`, import.meta.url))

/** Nothing answers there. */
const nobody = '127.0.0.1:9'

/** HAProxy before up to three portals. */
export const balancerProcess = (
  common: Common,
  bind: string,
  portals: readonly string[],
): DrillProcess =>
  makeProcess({
    name: 'haproxy before the portals',
    host: thisMachine,
    command: ['haproxy', '-db', '-f', deployFile('haproxy-portals.cfg')],
    environment: {
      BIND: bind,
      ...Object.fromEntries(
        [0, 1, 2].map((index) => [
          `PORTAL_${index + 1}`,
          portals[index]?.replace('http://', '') ?? nobody,
        ]),
      ),
    },
    log: logOf(common, 'haproxy'),
    isUp: () => answersWell(`http://${bind}/readyz`),
  })

export const providerProcess = (
  common: Common,
  host: Host,
  port: number,
  portalUrl: string,
): DrillProcess =>
  makeProcess({
    name: 'provider',
    host,
    command: [process.execPath, providerMain, String(port), portalUrl],
    log: logOf(common, 'provider'),
    isUp: () => isListening('127.0.0.1', port),
  })

export const watcherProcess = (common: Common, port: number, portalUrl: string): DrillProcess =>
  makeProcess({
    name: 'watch',
    host: { name: 'watch', address: '127.0.0.1', prefix: [] },
    command: [process.execPath, watcherMain],
    environment: {
      ...common.settings,
      DATA_DIR: common.folder,
      PUBLIC_URL: portalUrl,
      WATCH_DIR: join(common.folder, 'watch'),
      WATCH_PORT: String(port),
      WATCH_OPERATOR_PORT: '0',
    },
    log: logOf(common, 'watch'),
    isUp: () => isListening('127.0.0.1', port),
  })

export const laboratoryProcess = async (
  common: Common,
  port: number,
  siteId: string,
  now: Date,
): Promise<DrillProcess> => {
  const files = await ensureLaboratoryFolder(join(common.folder, 'laboratory', siteId), {
    now,
    serverNames: ['localhost'],
  })
  return makeProcess({
    name: 'laboratory',
    host: { name: 'laboratory', address: '127.0.0.1', prefix: [] },
    command: [process.execPath, laboratoryMain],
    environment: {
      ...common.settings,
      DATA_DIR: common.folder,
      LOG_LEVEL: 'error',
      LABORATORY_DIRECTORY: files.directory,
      LABORATORY_AUTHORITY: files.authority,
      LABORATORY_TLS_CERTIFICATE: files.serverCertificate,
      LABORATORY_TLS_KEY: files.serverKey,
      LABORATORY_HOST: '127.0.0.1',
      LABORATORY_PORT: String(port),
    },
    log: logOf(common, 'laboratory'),
    isUp: () => isListening('127.0.0.1', port),
  })
}
