/** Runs the command as a process of its own and looks for what it leaves behind. For tests. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

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
