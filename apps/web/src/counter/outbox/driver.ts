/**
 * Runs the outbox of packages/continuity in a tab: applies what happens, stores what came of it, and only then does
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
import type { Content } from './content.ts'

export type Command = OutboxCommand<Content>
export type SignCommand = Extract<Command, { readonly type: 'sign' }>
export type SendCommand = Extract<Command, { readonly type: 'send' }>
export type TryCommand = Extract<Command, { readonly type: 'try' }>
export type FindDuplicatesCommand = Extract<Command, { readonly type: 'find-duplicates' }>
export type AmendCommand = Extract<Command, { readonly type: 'amend' }>
export type DriverEvent = OutboxEvent<Content>

/** Other tabs of this counter. */
export interface OtherTabs {
  readonly announce: () => void
  readonly listen: (changed: () => void) => void
}

export interface DriverDependencies {
  readonly store: OutboxStore<Content>
  /** Random, of this tab, never used again. */
  readonly tab: string
  readonly otherTabs: OtherTabs
  readonly changed: (state: OutboxState<Content>) => void
  /** Signs a provisional certificate; what came of it is the next event. */
  readonly sign: (command: SignCommand) => Promise<DriverEvent>
  /** Carries a batch to the portal; what came of it is the next event. */
  readonly send: (command: SendCommand) => Promise<DriverEvent>
  /** Asks the portal for one entry at once. */
  readonly attempt: (command: TryCommand) => Promise<DriverEvent>
  /** Asks the portal to put a screening right, or to take it back. */
  readonly amend: (command: AmendCommand) => Promise<DriverEvent>
  /** Asks whether the site has lines typed from papers already. */
  readonly findDuplicates: (command: FindDuplicatesCommand) => Promise<DriverEvent>
  /** A defect: what is stored is as it was. */
  readonly failed: (error: unknown) => void
}

export interface Driver {
  readonly tab: string
  readonly state: () => OutboxState<Content>
  /** Reads what is stored. */
  readonly load: () => Promise<void>
  /** The same, and has the other tabs do so: what is stored was put right. */
  readonly reload: () => Promise<void>
  /** Applies an event. Resolves once it is stored; what it led to goes on by itself. */
  readonly dispatch: (event: DriverEvent) => Promise<Advanced<Content>>
  /** The same, and waits until what it led to is done too. */
  readonly carryOut: (event: DriverEvent) => Promise<Advanced<Content>>
}

/** The code of the first notice among commands, if any. */
export const noticeIn = (commands: readonly Command[]): NoticeCode | null =>
  commands.flatMap((command) => (command.type === 'notice' ? [command.code] : []))[0] ?? null

export const createDriver = (dependencies: DriverDependencies): Driver => {
  const { store, tab, otherTabs } = dependencies
  let state: OutboxState<Content> = emptyOutbox()
  let queue: Promise<unknown> = Promise.resolve()

  const take = (next: OutboxState<Content>): void => {
    if (next === state) return
    state = next
    dependencies.changed(state)
  }

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work, work)
    queue = turn.catch(() => undefined)
    return turn
  }

  const apply = (event: DriverEvent): Promise<Advanced<Content>> =>
    inTurn(async () => {
      const before = state
      const advanced = await advanceOutbox(state, event, store)
      take(advanced.state)
      if (advanced.isStored && advanced.state.revision !== before.revision) otherTabs.announce()
      return advanced
    })

  /** What carrying a command out brings; null for what is only said. */
  const resultOf = (command: Command): Promise<DriverEvent> | null => {
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

  const run = async (command: Command): Promise<void> => {
    const result = await resultOf(command)
    if (result !== null) await carryOut(result)
  }

  const runAll = async ({ commands }: Advanced<Content>): Promise<void> => {
    for (const command of commands) await run(command)
  }

  const carryOut = async (event: DriverEvent): Promise<Advanced<Content>> => {
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
