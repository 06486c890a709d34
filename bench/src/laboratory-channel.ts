/** The way in of laboratories beside a portal, and laboratories that are connected to it, each with its own certificate. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { connectSender, ensureLaboratoryFolder, type LaboratoryFiles } from '@sidep/dev'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { type CoreSplit, onServerCores } from './cores.ts'
import { endOnSignal } from './end-on-signal.ts'
import { nodeOptions } from './portal-process.ts'
import { processMilliseconds } from './processor-time.ts'

/** One connection of a laboratory: a message after the other. */
export interface LaboratoryConnection {
  readonly siteId: string
  /** @returns the code of the acknowledgement, such as CA */
  send(message: string): Promise<string>
}

/** The same without waiting: what is written is answered in its order. */
export interface OpenSender {
  readonly siteId: string
  write(frame: Uint8Array): void
  /** The code of the next acknowledgement. @throws when the connection ends before */
  nextCode(): Promise<string>
  close(): void
}

/** What connects laboratories to the port, as plain data. */
export interface LaboratoryReach {
  readonly port: number
  /** Of the port's certificate. */
  readonly authority: string
  readonly laboratories: readonly { readonly siteId: string; readonly files: LaboratoryFiles }[]
  readonly connectionsEach: number
}

export interface LaboratoryChannel {
  readonly connections: readonly LaboratoryConnection[]
  /** How another thread connects as they do. */
  readonly reach: LaboratoryReach
  /** The port of vendors, which the same process serves. */
  readonly vendorUrl: string
  /** Of its process so far. */
  processorMilliseconds(): number
  /** Answers what is in work, then ends. */
  close(): Promise<void>
}

export interface ChannelPlan {
  /** Of the portal, which runs. */
  readonly dataDirectory: string
  /** One a laboratory: valid FINESS. */
  readonly siteIds: readonly string[]
  readonly connectionsEach: number
  /** Results a second that each laboratory may send, by its entry of the directory, and all together. */
  readonly perSecond: { readonly each: number; readonly all: number }
  /** The cores that its process keeps to; null: all. */
  readonly split?: CoreSplit | null
}

const main = join(import.meta.dirname, 'laboratory-process.ts')

interface DirectoryEntry {
  readonly name: string
  readonly sites: readonly { readonly id: string }[]
}

/** A folder each, as an operator has them, and beside them what the port reads: all authorities, and whose each certificate is. */
const makeFolders = async (folder: string, siteIds: readonly string[], perSecond: number) => {
  const laboratories = await Promise.all(
    siteIds.map(async (siteId) => {
      const files = await ensureLaboratoryFolder(join(folder, siteId), {
        now: systemClock.now(),
        serverNames: ['localhost'],
      })
      const [entry] = JSON.parse(await readFile(files.directory, 'utf8')) as DirectoryEntry[]
      if (entry === undefined) throw new Error('a laboratory without an entry')
      const [site] = entry.sites
      const named = {
        ...entry,
        name: `${entry.name} ${siteId}`,
        sites: [{ ...site, id: siteId }],
        perSecond,
      }
      return { siteId, files, named, authority: await readFile(files.authority, 'utf8') }
    }),
  )
  const authority = join(folder, 'authorities.pem')
  const directory = join(folder, 'directory.json')
  await writeFile(authority, laboratories.map((one) => one.authority).join('\n'))
  await writeFile(directory, JSON.stringify(laboratories.map(({ named }) => named)))
  return { laboratories, authority, directory }
}

/** Where the process listens, once it says so. @throws when it ends before */
export const listeningOf = async (
  child: ChildProcess,
): Promise<{ readonly port: number; readonly vendorUrl: string }> => {
  const { stdout } = child
  if (stdout === null) throw new Error('the way in of laboratories has no output to read')
  for await (const line of createInterface({ input: stdout })) {
    const [, port, vendorUrl] = /^port (\d+) (\S+)$/.exec(line) ?? []
    if (port === undefined || vendorUrl === undefined) continue
    stdout.resume()
    return { port: Number(port), vendorUrl }
  }
  throw new Error('the way in of laboratories did not start')
}

const codeOf = (acknowledgement: string): string =>
  /\rMSA\|([A-Z]{2})\|/.exec(acknowledgement)?.[1] ?? ''

const connectionTo = async (
  port: number,
  siteId: string,
  files: LaboratoryFiles,
  authority: string,
): Promise<LaboratoryConnection & OpenSender> => {
  const sender = await connectSender({ port, files: { ...files, authority } })
  return {
    siteId,
    write: (frame) => sender.write(frame),
    nextCode: async () => codeOf(await sender.next()),
    close: () => sender.close(),
    send: async (message) => codeOf(await sender.send(message)),
  }
}

/** Connects them, one of each laboratory after the other. */
export const connectLaboratories = ({
  port,
  authority,
  laboratories,
  connectionsEach,
}: LaboratoryReach): Promise<readonly (LaboratoryConnection & OpenSender)[]> =>
  Promise.all(
    Array.from({ length: connectionsEach }, () =>
      laboratories.map(({ siteId, files }) => connectionTo(port, siteId, files, authority)),
    ).flat(),
  )

/** Starts the process on the portal's data, and connects the laboratories. @throws what keeps it from starting */
export const openLaboratoryChannel = async ({
  dataDirectory,
  siteIds,
  connectionsEach,
  perSecond,
  split = null,
}: ChannelPlan): Promise<LaboratoryChannel> => {
  const folder = join(dataDirectory, 'laboratories')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { laboratories, authority, directory } = await makeFolders(folder, siteIds, perSecond.each)
  const [first] = laboratories
  if (first === undefined) throw new Error('no laboratories')
  const [command, words] = onServerCores(split, process.execPath, [...nodeOptions(), main])
  const child = spawn(command, [...words], {
    env: {
      ...process.env,
      DATA_DIR: dataDirectory,
      LOG_LEVEL: 'warn',
      LABORATORY_DIRECTORY: directory,
      LABORATORY_AUTHORITY: authority,
      LABORATORY_TLS_CERTIFICATE: first.files.serverCertificate,
      LABORATORY_TLS_KEY: first.files.serverKey,
      LABORATORY_HOST: '127.0.0.1',
      LABORATORY_PORT: '0',
      LABORATORY_PER_SECOND: String(perSecond.all),
      VENDOR_TLS_CERTIFICATE: first.files.serverCertificate,
      VENDOR_TLS_KEY: first.files.serverKey,
      VENDOR_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A session of its own, as a service of systemd has: the kernel then shares the cores between services, not between threads.
    detached: true,
  })
  const open: { close(): void }[] = []
  const close = endOnSignal(async () => {
    for (const connection of open) connection.close()
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  })
  try {
    const { port, vendorUrl } = await listeningOf(child)
    const reach: LaboratoryReach = {
      port,
      authority: first.files.authority,
      laboratories: laboratories.map(({ siteId, files }) => ({ siteId, files })),
      connectionsEach,
    }
    const connections = await connectLaboratories(reach)
    open.push(...connections)
    return {
      connections,
      reach,
      vendorUrl,
      processorMilliseconds: () => processMilliseconds(child.pid ?? 0),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
