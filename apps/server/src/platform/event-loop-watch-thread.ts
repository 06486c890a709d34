/** The thread that watches another's event loop (event-loop-watch.ts). */
import { writeSync } from 'node:fs'
import { type Debugger, Session } from 'node:inspector/promises'
import { resolve } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import {
  beatMilliseconds,
  type Hold,
  noticedAt,
  turnsAt,
  type WatchSetting,
} from './event-loop-watch.ts'

const { shared, heldMilliseconds, descriptor } = workerData as WatchSetting
const counts = new Int32Array(shared)
const root = resolve(import.meta.dirname, '../../../..')

/** Code of the machine, not of JavaScript, is not interrupted: reading a file, hashing. */
const answerMilliseconds = 5_000
const framesMax = 12
/** This thread itself was not run for so long: then perhaps the other was not either. */
const starvedMilliseconds = 3 * beatMilliseconds

const turns = (): number => Atomics.load(counts, turnsAt)

const placeOf = (url: string): string => {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
}

const framesOf = (
  frames: readonly Debugger.CallFrame[],
  scripts: ReadonlyMap<string, string>,
): string[] =>
  frames.slice(0, framesMax).map(({ functionName, location }) => {
    const file = placeOf(scripts.get(location.scriptId) ?? '?')
    return `${functionName || '(anonymous)'} ${file}:${location.lineNumber + 1}`
  })

/** Stops the other thread where it is, reads its stack, lets it go on. */
const whereItIs = async (turn: number): Promise<string[]> => {
  const session = new Session()
  session.connectToMainThread()
  const scripts = new Map<string, string>()
  session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params.url))
  const paused = new Promise<string[]>((found) => {
    session.once('Debugger.paused', ({ params }) => found(framesOf(params.callFrames, scripts)))
  })
  const work = async (): Promise<string[]> => {
    await session.post('Debugger.enable')
    // It has gone on meanwhile: what would be interrupted now is not what held it.
    if (turns() !== turn) return []
    await session.post('Debugger.pause')
    return paused
  }
  try {
    return await Promise.race([work(), after(answerMilliseconds, [])])
  } finally {
    // Whatever was interrupted goes on.
    session.disconnect()
  }
}

const write = (hold: Hold): void => {
  if (descriptor === null) return
  // As the logger writes it.
  const line = { level: 50, time: Date.now(), pid: process.pid, ...hold }
  try {
    writeSync(descriptor, `${JSON.stringify({ ...line, msg: 'the event loop is held' })}\n`)
  } catch {
    // A log that cannot be written ends nobody's watch; the logger counts it (log-destination.ts).
  }
}

const untilItTurns = async (turn: number): Promise<void> => {
  while (turns() === turn) await after(beatMilliseconds / 4)
}

const notice = async (turn: number, since: number): Promise<void> => {
  const where = await whereItIs(turn)
  write({ milliseconds: Math.round(performance.now() - since), where })
  Atomics.add(counts, noticedAt, 1)
  await untilItTurns(turn)
  const hold: Hold = { milliseconds: Math.round(performance.now() - since), where }
  parentPort?.postMessage(hold)
}

/** For ever. */
const watch = async (): Promise<never> => {
  let [turn, since, looked] = [turns(), performance.now(), performance.now()]
  for (;;) {
    await after(beatMilliseconds)
    const now = performance.now()
    const isStarved = now - looked > starvedMilliseconds
    looked = now
    if (turns() !== turn || isStarved) {
      turn = turns()
      since = now
    } else if (now - since >= heldMilliseconds) {
      await notice(turn, since)
      looked = performance.now()
    }
  }
}

await watch()
