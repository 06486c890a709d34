/** How the house is built: as it was, or as it is now. Each mechanism can be taken away by itself, to see what it does. */

type Door = 'ecps' | 'card'
export type PolicyName = 'as-2021' | 'sidep'

export interface Policy {
  readonly name: PolicyName
  readonly doors: readonly Door[]
  /** A session without an act for this long is over, seconds. */
  readonly sessionIdleSecondsMax: number
  /** A session is over after this long, seconds. */
  readonly sessionSecondsMax: number
  /** After this long without an answer a professional gives the attempt up, seconds. */
  readonly patienceSeconds: number
  /** Waits between attempts to get in grow to this on average, seconds. */
  readonly retrySecondsMax: number
  /** Attempts to sign in that the provider keeps waiting, seconds of its work: more are refused at once. */
  readonly providerQueueSecondsMax: number
  /** New sign-ins wait in the waiting room; the provider gets no more than it can take. */
  readonly hasWaitingRoom: boolean
  /** The counter keeps what the portal did not take, and signs by itself. Without it, paper and typing it in again. */
  readonly hasOutbox: boolean
  /** Least numbers of a booklet; 0: no booklets. */
  readonly bookletNumbersMin: number
  /** … or this many of the site's usual days. */
  readonly bookletDays: number
  /** Least slips that lie ready at a site; 0: none. */
  readonly slipsMin: number
  /** … or this many of the site's usual days. */
  readonly slipDays: number
  /** The counter makes the id of a screening: sent twice, stored once. */
  readonly hasClientIds: boolean
}

/**
 * One door, short sessions, nothing without the portal. Session lengths and the depth of the provider's queue were never
 * published: calibrated (docs/reference/simulation.md).
 */
const as2021: Policy = {
  name: 'as-2021',
  doors: ['ecps'],
  sessionIdleSecondsMax: 1_800,
  sessionSecondsMax: 4 * 3_600,
  patienceSeconds: 30,
  // «I shall try again in two hours»; the same person tried at 22:30 and at midnight: Le Parisien, 14 August 2021.
  retrySecondsMax: 3_600,
  providerQueueSecondsMax: 120,
  hasWaitingRoom: false,
  hasOutbox: false,
  bookletNumbersMin: 0,
  bookletDays: 0,
  slipsMin: 0,
  slipDays: 0,
  hasClientIds: false,
}

const sidep: Policy = {
  name: 'sidep',
  doors: ['ecps', 'card'],
  // design.md: a session is as long as a working day, and an open one needs no door.
  sessionIdleSecondsMax: 12 * 3_600,
  sessionSecondsMax: 12 * 3_600,
  // A counter does not wait longer for the portal while a person stands there.
  patienceSeconds: 8,
  // The counter looks by itself, as its outbox does (packages/continuity, backoff.ts).
  retrySecondsMax: 300,
  providerQueueSecondsMax: 120,
  hasWaitingRoom: true,
  hasOutbox: true,
  // Issue: default 50, larger by the site's usual volume.
  bookletNumbersMin: 50,
  bookletDays: 2,
  // Two sheets of twenty, or two usual days.
  slipsMin: 40,
  slipDays: 2,
  hasClientIds: true,
}

export const policies: Readonly<Record<PolicyName, Policy>> = { 'as-2021': as2021, sidep }
export const policyNames: readonly PolicyName[] = ['as-2021', 'sidep']
