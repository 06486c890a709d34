/** Which watcher runs on a folder: a file that it leaves there, and its own word that it is that one. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { request } from 'undici'
import { writeWhole } from './store.ts'

export interface RunningWatcher {
  readonly processId: number
  readonly url: string
}

const fileOf = (folder: string): string => join(folder, 'running.json')
const askMillisecondsMax = 2_000

/** @param name that nobody else has: what the port answers at /healthz */
export const sayRunning = async (
  folder: string,
  running: RunningWatcher & { readonly name: string },
): Promise<() => Promise<void>> => {
  await writeWhole(fileOf(folder), JSON.stringify(running))
  return () => rm(fileOf(folder), { force: true })
}

/** Null when none answers: the file alone may be of one that was killed. */
export const runningWatcher = async (folder: string): Promise<RunningWatcher | null> => {
  try {
    const told: unknown = JSON.parse(await readFile(fileOf(folder), 'utf8'))
    if (typeof told !== 'object' || told === null) return null
    const { processId, url, name } = told as Record<string, unknown>
    if (typeof processId !== 'number' || typeof url !== 'string') return null
    const { body } = await request(`${url}/healthz`, {
      signal: AbortSignal.timeout(askMillisecondsMax),
    })
    return (await body.text()) === name ? { processId, url } : null
  } catch {
    // No file, cut off, or nobody there.
    return null
  }
}
