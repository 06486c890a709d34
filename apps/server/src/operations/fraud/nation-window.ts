import { dayMilliseconds } from '@sidep/time'
import { type Entry, isLate, isNight, type Nation } from './conduct.ts'

/** Shares of the last day in all the country. */
export class NationWindow {
  readonly #entries: Entry[] = []
  #first = 0
  #positive = 0
  #late = 0
  #night = 0

  add(entry: Entry): void {
    this.#entries.push(entry)
    this.#count(entry, 1)
    const from = entry.recordedAt - dayMilliseconds
    for (
      let oldest = this.#entries[this.#first];
      oldest !== undefined && oldest.recordedAt < from;
    ) {
      this.#count(oldest, -1)
      this.#first += 1
      oldest = this.#entries[this.#first]
    }
    if (this.#first > 10_000 && this.#first * 2 > this.#entries.length) {
      this.#entries.splice(0, this.#first)
      this.#first = 0
    }
  }

  #count(entry: Entry, by: 1 | -1): void {
    if (entry.result === 'positive') this.#positive += by
    if (isLate(entry)) this.#late += by
    if (isNight(entry)) this.#night += by
  }

  shares(): Nation {
    const count = Math.max(1, this.#entries.length - this.#first)
    return {
      positiveShare: this.#positive / count,
      lateShare: this.#late / count,
      nightShare: this.#night / count,
    }
  }
}
