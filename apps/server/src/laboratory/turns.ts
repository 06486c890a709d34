/** Drives the turns of laboratories (packages/admission) with messages and a timer. */
import { type LaboratoryTurn, makeLaboratoryTurns } from '@sidep/admission'
import { monotonicMilliseconds } from '../platform/clock.ts'
import type { Laboratory } from './directory.ts'

/** A turn that somebody has. @param results how many the message held */
export type Leave = (results: number) => void
export type Turn =
  | { readonly ok: true; readonly leave: Leave }
  | Extract<LaboratoryTurn, { readonly ok: false }>

export interface Turns {
  /**
   * Waits until a message may be read, or for too long.
   *
   * @param isGone whether its sender has hung up meanwhile
   */
  take(laboratory: Pick<Laboratory, 'name' | 'perSecond'>, isGone: () => boolean): Promise<Turn>
  inWork(): number
  waiting(): number
  /** Tells who waits, and whoever comes from now on, to come back. */
  end(): void
}

/** @param perSecond results of all laboratories together */
export const makeTurns = (perSecond: number, now: () => number = monotonicMilliseconds): Turns => {
  const turns = makeLaboratoryTurns(perSecond)
  let timer: NodeJS.Timeout | undefined
  let hasEnded = false

  const goOn = (): void => {
    clearTimeout(timer)
    const next = turns.tick(now())
    if (next === null) return
    timer = setTimeout(goOn, Math.max(1, next - now()))
    timer.unref()
  }

  return {
    take: ({ name, perSecond: own }, isGone) =>
      new Promise((resolve) => {
        const settle = (turn: LaboratoryTurn): void => {
          if (!turn.ok) {
            resolve(turn)
            return
          }
          const leave = (results: number): void => {
            turn.leave(results, now())
            if (turns.waiting > 0) goOn()
          }
          resolve({ ok: true, leave })
        }
        turns.arrive({ share: { name, perSecond: own }, isGone, settle }, now())
        if (hasEnded) turns.turnAll(now())
        else if (turns.waiting > 0) goOn()
      }),
    inWork: () => turns.inWork,
    waiting: () => turns.waiting,
    end() {
      hasEnded = true
      clearTimeout(timer)
      turns.turnAll(now())
    },
  }
}
