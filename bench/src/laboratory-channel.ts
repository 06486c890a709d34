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

export interface LaboratoryChannel {
  readonly connections: readonly LaboratoryConnection[]
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
  /** The cores that its process keeps to; null: all. */
  readonly split?: CoreSplit | null
}

const main = join(import.meta.dirname, 'laboratory-process.ts')

interface DirectoryEntry {
  readonly name: string
  readonly sites: readonly { readonly id: string }[]
}

/** A folder each, as an operator has them, and beside them what the port reads: all authorities, and whose each certificate is. */
const makeFolders = async (folder: string, siteIds: readonly string[]) => {
  const laboratories = await Promise.all(
    siteIds.map(async (siteId) => {
      const files = await ensureLaboratoryFolder(join(folder, siteId), {
        now: systemClock.now(),
        serverNames: ['localhost'],
      })
      const [entry] = JSON.parse(await readFile(files.directory, 'utf8')) as DirectoryEntry[]
      if (entry === undefined) throw new Error('a laboratory without an entry')
      const [site] = entry.sites
      const named = { ...entry, name: `${entry.name} ${siteId}`, sites: [{ ...site, id: siteId }] }
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

const connectionTo = async (
  port: number,
  siteId: string,
  files: LaboratoryFiles,
  authority: string,
): Promise<LaboratoryConnection & { close(): void }> => {
  const sender = await connectSender({ port, files: { ...files, authority } })
  return {
    siteId,
    close: () => sender.close(),
    send: async (message) => /\rMSA\|([A-Z]{2})\|/.exec(await sender.send(message))?.[1] ?? '',
  }
}

/** Starts the process on the portal's data, and connects the laboratories. @throws what keeps it from starting */
export const openLaboratoryChannel = async ({
  dataDirectory,
  siteIds,
  connectionsEach,
  split = null,
}: ChannelPlan): Promise<LaboratoryChannel> => {
  const folder = join(dataDirectory, 'laboratories')
  await mkdir(folder, { mode: 0o700 })
  const { laboratories, authority, directory } = await makeFolders(folder, siteIds)
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
      VENDOR_TLS_CERTIFICATE: first.files.serverCertificate,
      VENDOR_TLS_KEY: first.files.serverKey,
      VENDOR_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
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
    const connections = await Promise.all(
      laboratories.flatMap(({ siteId, files }) =>
        Array.from({ length: connectionsEach }, () =>
          connectionTo(port, siteId, files, first.files.authority),
        ),
      ),
    )
    open.push(...connections)
    return {
      connections,
      vendorUrl,
      processorMilliseconds: () => processMilliseconds(child.pid ?? 0),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
