/** Samples for the tests of the outbox. */
import assert from 'node:assert/strict'
import type { HeldBooklet, Owner } from './state.ts'

export interface Content {
  readonly name: string
  /** The portal refuses it until it is corrected. */
  readonly isWrong: boolean
  /** Sent with its result; without one the portal has it waiting. */
  readonly isRead?: boolean
  /** The portal can read no batch with it. */
  readonly isUnreadable?: boolean
  /** Typed from a paper that the site has already. */
  readonly isDouble?: boolean
  /** Of an amendment: the version that its author saw. */
  readonly replaces?: number
}

const owners: readonly Owner[] = [
  { professionalId: '899700075122', siteId: '750712184' },
  { professionalId: '810000000012', siteId: '750712184' },
]
export const ownerAt = (index: number): Owner => owners[index % owners.length] ?? assert.fail()

export const booklet = (
  id: string,
  owner: Owner,
  maximum: number,
  now: number,
): Omit<HeldBooklet, 'taken' | 'wasted'> => ({
  ...owner,
  id,
  signed: '',
  retrievalSeed: '',
  testTypes: ['LP217198-3'],
  maximum,
  notBefore: now,
  expiresAt: now + 86_400_000,
})
