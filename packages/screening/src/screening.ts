/** A screening as the gate believes it: made by `parseScreening` alone, so it cannot be wrong inside. */
import type { Person, Result, ScreeningInput } from '@sidep/contracts'
import type { UuidV7 } from '@sidep/identifiers'
import type { Device, TestKind } from './catalogue.ts'

export interface Screening {
  readonly id: UuidV7
  /** Names in NFC (somebody of one name has it as family name), phone in E.164, e-mail with its domain in lower case. */
  readonly person: Person
  readonly kind: TestKind
  /** SNOMED CT. */
  readonly disease: string
  /** Null: `other`, named by `deviceName`. */
  readonly device: Device | null
  readonly deviceName: string | null
  readonly sampledAt: Date
  /** Null: registered, waiting. */
  readonly result: Result | null
  readonly resultAt: Date | null
  readonly symptoms: 'none' | 'present' | 'unknown' | null
  /** YYYY-MM-DD. */
  readonly symptomsOnset: string | null
  readonly reason: string | null
  readonly catchUp: boolean
  /** Of residence, from the postal code. */
  readonly department: string | null
  /** As sent, for the digest that tells a replay from a reuse. */
  readonly sent: ScreeningInput
}

/** Value of `device` for a test that is not on the EU list. */
export const otherDevice = 'other'
