/**
 * Runs the outbox of packages/continuity in a program or a tab of a browser: applies what happens, stores what came of it, and only then does
 * what is to be done. Invariants:
 * 1. Events of this tab are applied one after the other, each on what the one before it stored.
 * 2. No command is carried out before the change that it came with is durable.
 * 3. A command that fails is an event again: nothing waits for a tab that is gone.
 */
import {
  type Advanced,
  advanceOutbox,
  emptyOutbox,
  type NoticeCode,
  type OutboxCommand,
  type OutboxEvent,
  type OutboxState,
  type OutboxStore,
} from '@sidep/continuity'
import type { Contact } from '../http/index.ts'

export type Command<Screening> = OutboxCommand<Screening>
export type CommandOf<Screening, Type> = Extract<Command<Screening>, { readonly type: Type }>
export type SignCommand<Screening> = CommandOf<Screening, 'sign'>
export type SendCommand<Screening> = CommandOf<Screening, 'send'>
export type TryCommand<Screening> = CommandOf<Screening, 'try'>
export type FindDuplicatesCommand<Screening> = CommandOf<Screening, 'find-duplicates'>
export type AmendCommand<Screening> = CommandOf<Screening, 'amend'>
export type DriverEvent<Screening> = OutboxEvent<Screening>

/** Other tabs, or other programs, on the same store. */
export interface OtherTabs {
  readonly announce: () => void
  readonly listen: (changed: () => void) => void
}

export interface DriverDependencies<Screening> {
  readonly store: OutboxStore<Screening>
  /** Random, of this tab, never used again. */
  readonly tab: string
  readonly otherTabs: OtherTabs
  readonly changed: (state: OutboxState<Screening>) => void
  /** Signs a provisional certificate; what came of it is the next event. */
  readonly sign: (command: SignCommand<Screening>) => Promise<DriverEvent<Screening>>
  /** Carries a batch to the portal; what came of it is the next event. */
  readonly send: (command: SendCommand<Screening>) => Promise<DriverEvent<Screening>>
  /** Asks the portal for one entry at once. */
  readonly attempt: (command: TryCommand<Screening>) => Promise<DriverEvent<Screening>>
  /** Asks the portal to put a screening right, or to take it back. */
  readonly amend: (command: AmendCommand<Screening>) => Promise<DriverEvent<Screening>>
  /** Asks whether the site has lines typed from papers already. */
  readonly findDuplicates: (
    command: FindDuplicatesCommand<Screening>,
  ) => Promise<DriverEvent<Screening>>
  /** A defect: what is stored is as it was. */
  readonly failed: (error: unknown) => void
}

export interface Driver<Screening> {
  readonly tab: string
  readonly state: () => OutboxState<Screening>
  /** Reads what is stored. */
  readonly load: () => Promise<void>
  /** The same, and has the other tabs do so: what is stored was put right. */
  readonly reload: () => Promise<void>
  /** Applies an event. Resolves once it is stored; what it led to goes on by itself. */
  readonly dispatch: (event: DriverEvent<Screening>) => Promise<Advanced<Screening>>
  /** The same, and waits until what it led to is done too. */
  readonly carryOut: (event: DriverEvent<Screening>) => Promise<Advanced<Screening>>
}

/** The code of the first notice among commands, if any. */
export const noticeIn = (commands: readonly Command<unknown>[]): NoticeCode | null =>
  commands.flatMap((command) => (command.type === 'notice' ? [command.code] : []))[0] ?? null

export const makeDriver = <Screening>(
  dependencies: DriverDependencies<Screening>,
): Driver<Screening> => {
  const { store, tab, otherTabs } = dependencies
  let state: OutboxState<Screening> = emptyOutbox()
  let queue: Promise<unknown> = Promise.resolve()

  const take = (next: OutboxState<Screening>): void => {
    if (next === state) return
    state = next
    dependencies.changed(state)
  }

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work, work)
    queue = turn.catch(() => undefined)
    return turn
  }

  const apply = (event: DriverEvent<Screening>): Promise<Advanced<Screening>> =>
    inTurn(async () => {
      const before = state
      const advanced = await advanceOutbox(state, event, store)
      take(advanced.state)
      if (advanced.isStored && advanced.state.revision !== before.revision) otherTabs.announce()
      return advanced
    })

  /** What carrying a command out brings; null for what is only said. */
  const resultOf = (command: Command<Screening>): Promise<DriverEvent<Screening>> | null => {
    switch (command.type) {
      case 'sign':
        return dependencies.sign(command)
      case 'send':
        return dependencies.send(command)
      case 'try':
        return dependencies.attempt(command)
      case 'amend':
        return dependencies.amend(command)
      case 'find-duplicates':
        return dependencies.findDuplicates(command)
      case 'show-document':
      case 'notice':
        return null
    }
  }

  const run = async (command: Command<Screening>): Promise<void> => {
    const result = await resultOf(command)
    if (result !== null) await carryOut(result)
  }

  const runAll = async ({ commands }: Advanced<Screening>): Promise<void> => {
    for (const command of commands) await run(command)
  }

  const carryOut = async (event: DriverEvent<Screening>): Promise<Advanced<Screening>> => {
    const advanced = await apply(event)
    await runAll(advanced)
    return advanced
  }

  const load = (): Promise<void> => inTurn(async () => take(await store.load()))

  otherTabs.listen(() => {
    load().catch(dependencies.failed)
  })

  return {
    tab,
    state: () => state,
    load,
    reload: async () => {
      await load()
      otherTabs.announce()
    },
    dispatch: async (event) => {
      const advanced = await apply(event)
      runAll(advanced).catch(dependencies.failed)
      return advanced
    },
    carryOut,
  }
}

/**
 * An answer said what time the portal has, and to which seconds it was set back lately: what it was told since waits to be sent
 * again. Both are heard before whatever the answer was about. Resolves once that is stored, with whether anything waits because
 * of it.
 */
export const hearContact = async <Screening>(
  driver: Pick<Driver<Screening>, 'dispatch'>,
  { serverNow, localNow, restorations }: Contact,
): Promise<boolean> => {
  const contact = driver.dispatch({ type: 'contact', portalNow: serverNow, now: localNow })
  const told =
    restorations === undefined
      ? contact
      : driver.dispatch({ type: 'restored', restorations, now: localNow })
  const [before, after] = await Promise.all([contact, told])
  return after.state.restoredAt > before.state.restoredAt
}
