/** What a person can do about an entry that came back. */
import type { OverrideReason } from '@sidep/continuity'
import type { Result, ScreeningInput } from '@sidep/contracts'
import { atPortalTime } from '../clock.ts'
import type { HeldEntry } from './content.ts'
import type { Driver, DriverEvent } from './driver.ts'

export interface Corrections {
  /** Gives a refused entry up. */
  readonly discard: (id: string) => Promise<void>
  /** Sends a screening on without the document that the portal refused. */
  readonly dropDocument: (id: string) => Promise<void>
  /** Goes on with the result that was recorded elsewhere in the place of the one read here. */
  readonly takeResult: (id: string, result: Result) => Promise<void>
  /** Lets the recorded result stand, and has the portal keep this one with the reason. */
  readonly overrideResult: (id: string, reason: OverrideReason) => Promise<void>
  /** Puts the portal's time into a refused entry whose times lie in the future. */
  readonly correctClock: (id: string) => Promise<void>
}

export interface CorrectionDependencies {
  readonly driver: Pick<Driver, 'state' | 'dispatch'>
  readonly find: (id: string) => HeldEntry | undefined
  readonly testTypeOf: (input: ScreeningInput) => string | null
  readonly now: () => Date
  /** Something can be sent. */
  readonly wake: () => void
}

export const createCorrections = ({
  driver,
  find,
  testTypeOf,
  now,
  wake,
}: CorrectionDependencies): Corrections => {
  const at = (): number => now().getTime()
  const sendOn = async (event: DriverEvent): Promise<void> => {
    await driver.dispatch(event)
    wake()
  }
  const edit = async (
    id: string,
    change: (input: ScreeningInput) => ScreeningInput,
  ): Promise<void> => {
    const entry = find(id)
    if (entry === undefined) return
    const input = change(entry.screening.input)
    const screening = { ...entry.screening, input }
    await sendOn({ type: 'edited', id, screening, testType: testTypeOf(input), now: at() })
  }
  return {
    discard: async (id) => {
      await driver.dispatch({ type: 'discarded', id, now: at() })
    },
    dropDocument: (id) => sendOn({ type: 'document-dropped', id, now: at() }),
    takeResult: (id, result) => edit(id, (input) => ({ ...input, result })),
    overrideResult: (id, reason) => sendOn({ type: 'result-overridden', id, reason, now: at() }),
    correctClock: (id) => edit(id, (input) => atPortalTime(input, driver.state(), now())),
  }
}
