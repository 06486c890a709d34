import assert from 'node:assert/strict'
import type { ReconcileBatch, ReconcileItem, ReconcileLine } from './messages.ts'
import type { Content } from './samples-testing.ts'

export const signedText = (id: string, bookletId: string, number: number): string =>
  `FC1:${bookletId}/${number}/${id}`
export const keyOf = (text: string): string =>
  text.slice('FC1:'.length).split('/').slice(0, 2).join('/')

/** Records by id, once each, and accounts for every number. */
export class Portal {
  readonly recorded = new Map<string, Content>()
  readonly definitive = new Set<string>()
  /** Text by `booklet/number`. */
  readonly numbers = new Map<string, string>()
  readonly wasted = new Set<string>()
  /** Amendments that were carried out, by their ids. */
  readonly amended = new Map<string, Content>()
  /** Of screenings that were amended. */
  readonly #versions = new Map<string, number>()

  /** As a backup of this moment would bring it back. */
  copy(): Portal {
    const copy = new Portal()
    for (const [id, content] of this.recorded) copy.recorded.set(id, content)
    for (const id of this.definitive) copy.definitive.add(id)
    for (const [key, text] of this.numbers) copy.numbers.set(key, text)
    for (const key of this.wasted) copy.wasted.add(key)
    for (const [id, content] of this.amended) copy.amended.set(id, content)
    for (const [id, version] of this.#versions) copy.#versions.set(id, version)
    return copy
  }

  versionOf(id: string): number {
    return this.#versions.get(id) ?? 1
  }

  /** Puts a recorded screening right, once; of several amendments of one version the first counts. */
  amend(id: string, amends: string, content: Content): ReconcileLine {
    const done = this.amended.get(id)
    if (done !== undefined) {
      assert.equal(done.name, content.name, 'another amendment under a known id')
      return { id, status: 'definitive' }
    }
    const refused = (code: string) => ({ id, status: 'refused', code, faults: [] }) as const
    if (!this.recorded.has(amends)) return refused('SCREENING_UNKNOWN')
    if (content.isWrong) return refused('REQUEST_INVALID')
    if (content.replaces !== this.versionOf(amends)) return refused('SCREENING_CHANGED')
    this.amended.set(id, content)
    this.#versions.set(amends, this.versionOf(amends) + 1)
    return { id, status: 'definitive' }
  }

  take(
    { items, wasted }: ReconcileBatch<Content>,
    count: number,
    isSlow: boolean,
  ): ReconcileLine[] {
    for (const waste of wasted) this.wasted.add(`${waste.bookletId}/${waste.number}`)
    return items.slice(0, count).map((item) => this.#line(item, isSlow))
  }

  #line(item: ReconcileItem<Content>, isSlow: boolean): ReconcileLine {
    const { id } = item
    if (item.kind === 'ask') {
      // As one that was set back answers.
      if (!this.recorded.has(id))
        return { id, status: 'refused', code: 'SCREENING_UNKNOWN', faults: [] }
    } else {
      const { screening, provisional } = item
      if (screening.isWrong) {
        return { id, status: 'refused', code: 'REQUEST_INVALID', faults: [] }
      }
      const known = this.recorded.get(id)
      assert.equal((known ?? screening).name, screening.name, 'another person under a recorded id')
      // The result of what is registered is set, once; the registration again changes nothing.
      if (known === undefined || (!known.isRead && screening.isRead)) {
        this.recorded.set(id, screening)
      }
      if (provisional !== null) this.#account(provisional)
      if (isSlow) return { id, status: 'acknowledged' }
    }
    this.definitive.add(id)
    return { id, status: 'definitive' }
  }

  #account(text: string): void {
    const key = keyOf(text)
    assert.equal(this.numbers.get(key) ?? text, text, `number ${key} came in twice`)
    this.numbers.set(key, text)
  }
}
