/** Runs the cases, each with an adapter and a world of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as elapsed } from 'node:timers/promises'
import type { StartAdapter } from './adapter.ts'
import { type CaseContext, type ConformanceCase, cases, Failed } from './cases.ts'
import type { ConformancePortal } from './world.ts'

interface CaseResult {
  readonly case: string
  readonly title: string
  /** Null: it cannot be tried here. */
  readonly passed: boolean | null
  /** Null when passed. */
  readonly why: string | null
  readonly milliseconds: number
}

export interface ConformanceReport {
  readonly passed: number
  readonly failed: number
  readonly notTried: number
  readonly cases: readonly CaseResult[]
}

export interface ConformanceOptions {
  readonly portal: ConformancePortal
  readonly start: StartAdapter
  /** All, unless told. */
  readonly only?: readonly string[]
  readonly now: () => number
  /** How long something may take to come about; 20 s unless told. */
  readonly patienceMilliseconds?: number
  /** Called after each. */
  readonly told?: (result: CaseResult) => void
}

const betweenSendsMilliseconds = 250
const patienceDefault = 20_000

const runCase = async (
  { run }: ConformanceCase,
  { portal, start, now, patienceMilliseconds = patienceDefault }: ConformanceOptions,
): Promise<string | null> => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'sidep-conformance-'))
  const world = await portal.openWorld()
  const open = () => start({ ...world.surroundings, dataFolder })
  let adapter = await open()
  const keepSending = async (milliseconds: number, isOver: () => Promise<boolean>) => {
    const until = now() + milliseconds
    while (!(await isOver())) {
      if (now() > until) return false
      await adapter.ask({ do: 'send' })
      if (!(await isOver())) await elapsed(betweenSendsMilliseconds)
    }
    return true
  }
  const context: CaseContext = {
    world,
    now,
    adapter: () => adapter,
    restart: async () => {
      await adapter.kill()
      adapter = await open()
    },
    sendUntil: async (isSo, otherwise) => {
      if (!(await keepSending(patienceMilliseconds, isSo))) throw new Failed(otherwise)
    },
    keepSending: async (milliseconds) => {
      await keepSending(milliseconds, async () => false)
    },
  }
  try {
    await run(context)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await adapter.kill()
    await world.close()
    await rm(dataFolder, { recursive: true, force: true })
  }
}

export const runConformance = async (options: ConformanceOptions): Promise<ConformanceReport> => {
  const { only, now, told, portal } = options
  const wanted = cases.filter(({ name }) => only === undefined || only.includes(name))
  const results = new Map<string, CaseResult>()
  const queue = [...wanted]
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const begunAt = now()
      const { name, title, needsSandbox } = next
      const untried = portal.isSandbox ? null : (needsSandbox ?? null)
      const why = untried ?? (await runCase(next, options))
      const passed = untried === null ? why === null : null
      const result = { case: name, title, passed, why, milliseconds: now() - begunAt }
      results.set(name, result)
      told?.(result)
    }
  }
  await Promise.all(Array.from({ length: portal.casesAtOnce }, work))
  const all = wanted.flatMap(({ name }) => results.get(name) ?? [])
  const count = (passed: boolean | null): number =>
    all.filter((one) => one.passed === passed).length
  return { passed: count(true), failed: count(false), notTried: count(null), cases: all }
}
