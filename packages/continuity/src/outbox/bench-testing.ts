import assert from 'node:assert/strict'
import type { OutboxCommand, OutboxEvent } from './events.ts'
import type { ReconcileLine } from './messages.ts'
import { booklet, type Content, ownerAt } from './samples-testing.ts'
import { type Entry, emptyOutbox, type OutboxState } from './state.ts'
import { stepOutbox } from './step.ts'
import { viewEntry } from './view.ts'

export const start = 1_628_861_400_000
export const owner = ownerAt(0)
export const content: Content = { name: 'Anne', isWrong: false }

/** One tab over one state, without a disk. */
export class Bench {
  state: OutboxState<Content> = emptyOutbox()
  now = start

  on(event: OutboxEvent<Content>): readonly OutboxCommand<Content>[] {
    const step = stepOutbox(this.state, event)
    this.state = step.state
    return step.commands
  }

  pass(milliseconds: number): void {
    this.now += milliseconds
  }

  signIn(signedIn = owner): this {
    this.on({ type: 'signed-in', owner: signedIn, now: this.now })
    return this
  }

  take(id = 'b1', maximum = 5, portalNow = this.now, changes: object = {}): this {
    const given = { ...booklet(id, owner, maximum, portalNow), ...changes }
    this.on({ type: 'booklet-taken', booklet: given, portalNow, now: this.now })
    return this
  }

  typed(id = 's1', testType: string | null = 'LP217198-3', screening = content): this {
    const { now } = this
    this.on({ type: 'typed', id, screening, testType, slip: null, owner, now })
    return this
  }

  want(id = 's1', tab = 'tab1'): readonly OutboxCommand<Content>[] {
    return this.on({ type: 'document-wanted', id, tab, now: this.now })
  }

  signed(number: number, id = 's1', bookletId = 'b1'): readonly OutboxCommand<Content>[] {
    const text = `FC1:${bookletId}/${number}/${id}`
    return this.on({ type: 'signed', id, bookletId, number, text, now: this.now })
  }

  tick(tab = 'tab1'): readonly OutboxCommand<Content>[] {
    return this.on({ type: 'tick', tab, now: this.now })
  }

  /** Sends what is due, and the portal answers these lines. */
  exchange(lines: readonly ReconcileLine[], retryAfterSeconds: number | null = null): void {
    const [send] = this.tick()
    assert.equal(send?.type, 'send')
    this.answer(send, lines, retryAfterSeconds)
  }

  answer(
    send: OutboxCommand<Content> & { type: 'send' },
    lines: readonly ReconcileLine[],
    retryAfterSeconds: number | null = null,
  ): void {
    const { batch, items, wasted } = send
    const answer = { lines, retryAfterSeconds }
    const portalNow = this.now
    this.on({
      type: 'answered',
      batch,
      items,
      wasted,
      answer,
      portalNow,
      random: 0.5,
      now: this.now,
    })
  }

  entry(id = 's1'): Entry<Content> {
    return this.state.entries.find((entry) => entry.id === id) ?? assert.fail(`no ${id}`)
  }

  view(id = 's1') {
    return viewEntry(this.entry(id))
  }
}

/** What the surroundings are told, in short. */
export const codes = (commands: readonly OutboxCommand<Content>[]) =>
  commands.map((command) => (command.type === 'notice' ? command.code : command.type))
