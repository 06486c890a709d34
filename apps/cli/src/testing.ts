/** Runs the command as a process of its own and looks for what it leaves behind. For tests. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { fillFromTemplate } from '@sidep/server/platform/test-template.ts'

const program = resolve(import.meta.dirname, 'main.ts')

interface Finished {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandRun {
  readonly child: ChildProcess
  /** Standard output so far. */
  stdout(): string
  readonly finished: Promise<Finished>
}

/** @param folder becomes the temporary folder of the process */
export const runCommand = (
  words: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): CommandRun => {
  const child = spawn(process.execPath, [program, ...words], {
    env: { ...process.env, TMPDIR: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const finished = new Promise<Finished>((done, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => done({ exitCode, stdout, stderr }))
  })
  return { child, stdout: () => stdout, finished }
}

/** The user of an embedded database may pass through it: otherwise its data would be kept elsewhere, and stay. */
export const makeTemporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'sidep-cli-'))
  await chmod(folder, 0o711)
  return folder
}

export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true })

/** A portal that `sidep start` runs, and what a command needs to work on the same data. */
export interface StartedPortal {
  readonly folder: string
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
}

/** Starts one for all tests of a file: it is ready when this ends, and stopped after the last of them. */
export const portalOfFile = async (): Promise<StartedPortal> => {
  const folder = await makeTemporaryFolder()
  // The commands have it as theirs, and where PostgreSQL's files are depends on it.
  process.env.TMPDIR = folder
  const port = await freePort('127.0.0.1')
  const data = join(folder, 'data')
  await fillFromTemplate(data)
  const environment = { DATA_DIR: data, KEYS_DIR: '', DATABASE_URL: '', PORT: `${port}` }
  // The usual ports are for one portal on a machine: those of two files that begin together are found free by both.
  const ports = {
    CARD_PORT: `${await freePort('127.0.0.1')}`,
    LABORATORY_PORT: '0',
    LABORATORY_FHIR_PORT: '0',
    VENDOR_PORT: '0',
  }
  const server = runCommand(['start', '--no-watch'], folder, { ...environment, ...ports })
  // The last that a start says: its directory is filled, and all its ports listen.
  while (!server.stdout().includes('Ctrl-C')) {
    if (server.child.exitCode !== null) throw new Error((await server.finished).stderr)
    await wait(50)
  }
  after(async () => {
    const ended = once(server.child, 'exit')
    server.child.kill('SIGTERM')
    await ended
    await removeFolder(folder)
  })
  return { folder, port, environment }
}

const commandLineOf = async (processId: string): Promise<string> => {
  try {
    return await readFile(`/proc/${processId}/cmdline`, 'utf8')
  } catch {
    // It ended while we looked.
    return ''
  }
}

/** Command lines of processes that name the folder. */
export const processesNaming = async (folder: string): Promise<string[]> => {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(ids.map(commandLineOf))
  return lines.filter((line) => line.includes(folder))
}
