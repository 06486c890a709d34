/**
 * What the fake portal has recorded, under the rules of the real one: an id is one screening, a result is set once, a
 * number of a booklet is one document. What a counter must never do is written down, so that a test finds it.
 */
import { readProvisional } from '@sidep/continuity'
import {
  type CorrectionInput,
  defaultDisease,
  type EntryChange,
  type Person,
  type ProblemCode,
  type Result,
  type ScreeningEntry,
  type ScreeningInput,
  type ScreeningWithdrawalInput,
} from '@sidep/contracts'
import { certificateOf } from './samples.ts'

export interface BooksDependencies {
  readonly now: () => Date
}

export type Recorded =
  | { readonly ok: true; readonly entry: ScreeningEntry; readonly isNew: boolean }
  | { readonly ok: false; readonly code: ProblemCode }

export class Books {
  readonly screenings = new Map<string, ScreeningEntry>()
  /** As they came in, with the result that was set. */
  readonly inputs = new Map<string, ScreeningInput>()
  /** Corrections and withdrawals that were carried out, by their own ids: what they said. */
  readonly amendments = new Map<string, string>()
  /** Texts of provisional certificates by `booklet/number`. */
  readonly documents = new Map<string, string>()
  /** `booklet/number` that no document carries. */
  readonly wasted = new Set<string>()
  /** What a counter did and must not do. */
  readonly breaches: string[] = []
  readonly #now: () => Date

  constructor({ now }: BooksDependencies) {
    this.#now = now
  }

  /** What is recorded now, as a backup has it. @returns sets the books back to it */
  backUp(): () => void {
    const parts = [this.screenings, this.inputs, this.amendments, this.documents] as const
    const copies = parts.map((part) => [...part] as [string, never][])
    const wasted = [...this.wasted]
    return () => {
      for (const [index, part] of parts.entries()) {
        part.clear()
        for (const [key, value] of copies[index] ?? []) part.set(key, value)
      }
      this.wasted.clear()
      for (const key of wasted) this.wasted.add(key)
    }
  }

  /** The same again answers the same; its result is set if it was not there. */
  record(input: ScreeningInput): Recorded {
    const known = this.screenings.get(input.id)
    if (known === undefined) return { ok: true, entry: this.#add(input), isNew: true }
    if (!isSamePerson(this.inputs.get(input.id)?.person ?? known.person, input)) {
      this.breaches.push(`another person under the id ${input.id}`)
      return { ok: false, code: 'SCREENING_ID_REUSED' }
    }
    if (known.result === null && input.result !== undefined) return this.setResult(input.id, input)
    return { ok: true, entry: known, isNew: false }
  }

  setResult(id: string, { result, resultAt }: Partial<ScreeningInput>): Recorded {
    const entry = this.screenings.get(id)
    const input = this.inputs.get(id)
    if (entry === undefined || result === undefined) return { ok: false, code: 'SCREENING_UNKNOWN' }
    if (entry.result === result) return { ok: true, entry, isNew: false }
    if (entry.result !== null) return { ok: false, code: 'RESULT_ALREADY_SET' }
    const done = { ...entry, ...resultOf(id, entry.device, result) }
    this.screenings.set(id, done)
    const set = { result, ...(resultAt === undefined ? {} : { resultAt }) }
    if (input !== undefined) this.inputs.set(id, { ...input, ...set })
    return { ok: true, entry: done, isNew: true }
  }

  confirm(id: string): Recorded {
    const entry = this.screenings.get(id)
    if (entry === undefined) return { ok: false, code: 'SCREENING_UNKNOWN' }
    const { confirmation: _, ...rest } = entry
    const confirmed = { ...rest, certificate: certificateOf(id, entry.device) }
    this.screenings.set(id, confirmed)
    return { ok: true, entry: confirmed, isNew: true }
  }

  /** Of several changes of one version the first is carried out; the same again answers the same. */
  correct(screeningId: string, input: CorrectionInput): Recorded {
    const refused = this.#refusalOf(screeningId, input)
    const entry = this.screenings.get(screeningId)
    if (refused !== null || entry === undefined) return refused ?? unknown
    if (this.amendments.has(input.id)) return { ok: true, entry, isNew: false }
    const { person, device, deviceName = null, sampledAt, result } = input.screening
    if ((result === undefined) !== (entry.result === null))
      return { ok: false, code: 'REQUEST_INVALID' }
    const version = input.replaces + 1
    const { contact = entry.person.contact, ...identity } = person
    const corrected: ScreeningEntry = {
      ...entry,
      person: contact === undefined ? identity : { ...identity, contact },
      device,
      deviceName,
      sampledAt,
      ...(result === undefined ? {} : resultOf(screeningId, device, result, version)),
    }
    const at = this.#now().toISOString()
    return this.#amend(corrected, input, { kind: 'corrected', version, at, reason: input.reason })
  }

  withdraw(screeningId: string, input: ScreeningWithdrawalInput): Recorded {
    const refused = this.#refusalOf(screeningId, input)
    const entry = this.screenings.get(screeningId)
    if (refused !== null || entry === undefined) return refused ?? unknown
    if (this.amendments.has(input.id)) return { ok: true, entry, isNew: false }
    const { replaces: version, reason } = input
    const change = { kind: 'withdrawn', version, at: this.#now().toISOString(), reason } as const
    return this.#amend({ ...entry, certificate: null }, input, change)
  }

  #amend(
    entry: ScreeningEntry,
    input: CorrectionInput | ScreeningWithdrawalInput,
    change: EntryChange,
  ): Recorded {
    const amended = { ...entry, change }
    this.screenings.set(entry.id, amended)
    this.amendments.set(input.id, JSON.stringify(input))
    return { ok: true, entry: amended, isNew: true }
  }

  #refusalOf(
    screeningId: string,
    input: CorrectionInput | ScreeningWithdrawalInput,
  ): Recorded | null {
    const entry = this.screenings.get(screeningId)
    if (entry === undefined) return unknown
    const done = this.amendments.get(input.id)
    if (done !== undefined && done !== JSON.stringify(input)) {
      this.breaches.push(`another change under the id ${input.id}`)
      return { ok: false, code: 'CORRECTION_ID_REUSED' }
    }
    if (done !== undefined) return null
    if (entry.change?.kind === 'withdrawn') return { ok: false, code: 'SCREENING_WITHDRAWN' }
    if ((entry.change?.version ?? 1) !== input.replaces)
      return { ok: false, code: 'SCREENING_CHANGED' }
    return null
  }

  /** A provisional certificate came in: its number is this document's, and this person's. */
  account(text: string, { person }: ScreeningInput): void {
    const read = readProvisional(text)
    if (!read.ok) {
      this.breaches.push('a document that cannot be read')
      return
    }
    const key = `${read.booklet.id}/${read.number}`
    if ((this.documents.get(key) ?? text) !== text)
      this.breaches.push(`number ${key} came in twice`)
    if (read.number > read.booklet.maximum) this.breaches.push(`number ${key} is too high`)
    if (!JSON.stringify(read.dcc).includes(person.familyName))
      this.breaches.push(`number ${key} is another person's`)
    this.documents.set(key, text)
  }

  waste(numbers: readonly { readonly bookletId: string; readonly number: number }[]): void {
    for (const { bookletId, number } of numbers) this.wasted.add(`${bookletId}/${number}`)
  }

  #add(input: ScreeningInput): ScreeningEntry {
    const { id, person, kind, device, sampledAt, result } = input
    const entry: ScreeningEntry = {
      id,
      state: 'waiting',
      person,
      kind,
      disease: input.disease ?? defaultDisease,
      device,
      deviceName: input.deviceName ?? null,
      sampledAt,
      recordedAt: this.#now().toISOString(),
      result: null,
      certificate: null,
      ...(result === undefined ? {} : resultOf(id, device, result)),
    }
    this.screenings.set(id, entry)
    this.inputs.set(id, input)
    return entry
  }
}

const unknown = { ok: false, code: 'SCREENING_UNKNOWN' } as const

const resultOf = (id: string, device: string, result: Result, version = 1) => ({
  state: 'final' as const,
  result,
  certificate: result === 'inconclusive' ? null : certificateOf(id, device, version),
})

const isSamePerson = (person: Person, { person: other }: ScreeningInput): boolean =>
  person.familyName === other.familyName &&
  person.firstNames === other.firstNames &&
  person.birthDate === other.birthDate
