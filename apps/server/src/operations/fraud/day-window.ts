/**
 * The last day of entries of a country, by professional, and what all of them do together. In columns: as objects, the 700,000
 * entries of one evening took a gigabyte.
 *
 * Invariants
 * - Entries come in the order of their recording. What is older than a day before the newest is gone, from the shares too.
 * - An entry that is given back is as it came, but for its person: a text that is the same for the same person, and no other in practice.
 */
import { hash } from 'node:crypto'
import { dayMilliseconds } from '@sidep/time'
import { type Entry, isLate, isNight, type Nation } from './conduct.ts'

const results = [null, 'negative', 'positive', 'inconclusive'] as const

/** Texts that come again and again, each once; as a number. */
class Names {
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []

  numberOf(name: string | null): number {
    if (name === null) return -1
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }

  /** @returns -1 of one that never came */
  known(name: string): number {
    return this.#numbers.get(name) ?? -1
  }

  nameOf(number: number): string | null {
    return this.#names[number] ?? null
  }
}

const columnsOf = (length: number) => ({
  recordedAt: new Float64Array(length),
  sampledAt: new Float64Array(length),
  /** 48 bits of a hash: of a day of 500 entries, two people have the same once in two thousand million days. */
  person: new Float64Array(length),
  site: new Int32Array(length),
  department: new Int32Array(length),
  professional: new Int32Array(length),
  counter: new Int32Array(length),
  network: new Int32Array(length),
  result: new Uint8Array(length),
  sampledHour: new Uint8Array(length),
  /** Position of the same professional's entry before; -1: there is none. */
  before: new Int32Array(length),
})

const lengthMin = 1_024
/** So many gone entries are not worth a copy of the others. */
const goneMin = 10_000

const personOf = (personHash: string): number =>
  hash('sha256', personHash, 'buffer').readUIntBE(0, 6)

export class DayWindow {
  #columns = columnsOf(lengthMin)
  #names = new Names()
  /** Position of the newest entry of each professional, by the number of their name. */
  #newest = new Map<number, number>()
  #first = 0
  #length = 0
  #positive = 0
  #late = 0
  #night = 0

  add(entry: Entry): void {
    this.#put(entry, personOf(entry.personHash))
    this.#count(entry, 1)
    this.forgetBefore(entry.recordedAt - dayMilliseconds)
  }

  /** Of one professional, by when they were recorded. */
  dayOf(professionalId: string): Entry[] {
    const entries: Entry[] = []
    const newest = this.#newest.get(this.#names.known(professionalId)) ?? -1
    for (let at = newest; at >= this.#first; at = this.#columns.before[at] ?? -1)
      entries.push(this.#entryAt(at))
    return entries.reverse()
  }

  forgetBefore(from: number): void {
    while (this.#first < this.#length && (this.#columns.recordedAt[this.#first] ?? 0) < from) {
      this.#count(this.#entryAt(this.#first), -1)
      this.#first += 1
    }
    if (this.#first > goneMin && this.#first * 2 > this.#length) this.#copyKept()
  }

  shares(): Nation {
    const count = Math.max(1, this.#length - this.#first)
    return {
      positiveShare: this.#positive / count,
      lateShare: this.#late / count,
      nightShare: this.#night / count,
    }
  }

  #put(entry: Entry, person: number): void {
    if (this.#length === this.#columns.recordedAt.length) this.#grow()
    const columns = this.#columns
    const at = this.#length
    const professional = this.#names.numberOf(entry.professionalId)
    columns.recordedAt[at] = entry.recordedAt
    columns.sampledAt[at] = entry.sampledAt
    columns.person[at] = person
    columns.site[at] = this.#names.numberOf(entry.siteId)
    columns.department[at] = this.#names.numberOf(entry.department)
    columns.professional[at] = professional
    columns.counter[at] = this.#names.numberOf(entry.counterId)
    columns.network[at] = this.#names.numberOf(entry.network)
    columns.result[at] = results.indexOf(entry.result)
    columns.sampledHour[at] = entry.sampledHour
    columns.before[at] = this.#newest.get(professional) ?? -1
    this.#newest.set(professional, at)
    this.#length += 1
  }

  #entryAt(at: number): Entry {
    const columns = this.#columns
    const name = (column: Int32Array): string | null => this.#names.nameOf(column[at] ?? -1)
    return {
      recordedAt: columns.recordedAt[at] ?? 0,
      sampledAt: columns.sampledAt[at] ?? 0,
      siteId: name(columns.site) ?? '',
      department: name(columns.department),
      professionalId: name(columns.professional) ?? '',
      counterId: name(columns.counter),
      network: name(columns.network),
      result: results[columns.result[at] ?? 0] ?? null,
      personHash: (columns.person[at] ?? 0).toString(36),
      sampledHour: columns.sampledHour[at] ?? 0,
    }
  }

  #grow(): void {
    const old = this.#columns
    this.#columns = columnsOf(this.#length * 2)
    for (const name of Object.keys(old) as (keyof typeof old)[]) this.#columns[name].set(old[name])
  }

  /** Texts that no entry has any more go as well. */
  #copyKept(): void {
    const kept = new DayWindow()
    for (let at = this.#first; at < this.#length; at += 1)
      kept.#put(this.#entryAt(at), this.#columns.person[at] ?? 0)
    this.#columns = kept.#columns
    this.#names = kept.#names
    this.#newest = kept.#newest
    this.#first = kept.#first
    this.#length = kept.#length
  }

  #count(entry: Entry, by: 1 | -1): void {
    if (entry.result === 'positive') this.#positive += by
    if (isLate(entry)) this.#late += by
    if (isNight(entry)) this.#night += by
  }
}
