/**
 * What software of a vendor sends, whatever is down. Invariants:
 * 1. A screening is in the store before its first byte is sent, and stays there until the portal has it.
 * 2. One quick request brings the certificate; what is not answered in time goes in batches, under the same id, so that
 *    nothing can be there twice.
 * 3. Nobody is asked sooner than it said (`Retry-After`); otherwise tries spread out with full jitter.
 * 4. What was refused for what it says is not sent again as it is: it comes back with its code, for a person.
 */
import type { OutboxState, OutboxStore, Owner } from '@sidep/continuity'
import type { Catalogue, CorrectionInput, ScreeningInput } from '@sidep/contracts'
import { readCatalogue } from '@sidep/contracts/endpoints'
import { bytesToHex } from '@sidep/encoding'
import { makeUuidV7 } from '@sidep/identifiers'
import { makeAuthorizedFetch, type Transport } from './authorized-fetch.ts'
import type { BookletKeys } from './booklets/booklet-key.ts'
import { certifiableTestType } from './booklets/certifiable.ts'
import { certify } from './booklets/certify.ts'
import { makeCertifying, makeSigning } from './booklets/entry-document.ts'
import { makeKeeper } from './booklets/keeper.ts'
import { provisionalDocument } from './booklets/provisional-document.ts'
import { type ApiClient, makeApiClient } from './http/index.ts'
import { type AmendOutcome, makeAmending } from './outbox/amending.ts'
import { makeBatches } from './outbox/batch.ts'
import {
  type Driver,
  type DriverEvent,
  hearContact,
  makeDriver,
  noticeIn,
  type OtherTabs,
} from './outbox/driver.ts'
import { makeFirstTry } from './outbox/first-try.ts'
import type { Sendable } from './outbox/sendable.ts'
import {
  type AmendmentOutcome,
  lineOf,
  type OutboxLine,
  type Outcome,
  shownRefusal,
} from './outcomes.ts'
import { makePace } from './pace.ts'
import type { Surroundings } from './surroundings.ts'

export interface OutboxDependencies extends Transport {
  /** In whose name and where; one outbox for each. */
  readonly owner: Owner
  readonly store: OutboxStore<Sendable>
  readonly surroundings: Surroundings
  /** What signs while the portal is away; without it nothing is certified then. */
  readonly keys?: BookletKeys
  /** Other programs, or tabs, on the same store; none unless told. */
  readonly otherTabs?: OtherTabs
  /** Something of `lines` changed. */
  readonly changed?: (lines: readonly OutboxLine[]) => void
  /**
   * A condition for whoever looks after the program, by its code; `AUTHORIZATION_ENDED`: a professional is to be asked anew. Never has
   * identity data.
   */
  readonly report?: (code: string, error?: unknown) => void
  /** How long the one request at once may take while a person waits; 8 s unless told. */
  readonly patienceMilliseconds?: number
}

export interface Outbox {
  /** A UUIDv7 for a new screening. Keep it with the form: sent again under it, it is the same screening. */
  readonly newId: () => string
  /**
   * Records a screening, or sends a refused one again as it was put right.
   *
   * @param paper the slip that the person left with, by its serial as typed or scanned: it goes in a batch, and the person's
   *   code on it opens the result from then on
   * @throws OutboxError when it could not be kept
   */
  readonly record: (input: ScreeningInput, paper?: { readonly slip: string }) => Promise<Outcome>
  /** The whole of a screening that was registered without a result, with its result. */
  readonly setResult: (input: ScreeningInput) => Promise<Outcome>
  /**
   * Puts a screening right.
   *
   * @param input as it should have been
   * @param replaces the version that its author saw: 1 as it was entered
   */
  readonly correct: (
    input: ScreeningInput,
    change: Pick<CorrectionInput, 'replaces' | 'reason'>,
  ) => Promise<AmendmentOutcome>
  /** Takes a screening back. */
  readonly withdraw: (
    input: ScreeningInput,
    change: { readonly replaces: number; readonly reason: WithdrawalReason },
  ) => Promise<AmendmentOutcome>
  /** What is on its way, or came back, oldest first. */
  readonly lines: () => readonly OutboxLine[]
  /** Gives up what was refused, where nobody holds a document of it. */
  readonly discard: (id: string) => Promise<void>
  /** Sends what is due, and takes a booklet when one is; resolves once that is answered, or when nothing is. */
  readonly send: () => Promise<void>
  /** A person asks, or the network is back: our own guess of when to try no longer counts, the portal's word does. */
  readonly hurry: () => Promise<void>
  /** The same by itself from now on. @returns how to stop */
  readonly start: () => () => void
  /** Any other endpoint, with the same credentials. */
  readonly api: ApiClient
}

type WithdrawalReason = Extract<NonNullable<Sendable['amendment']>, { act: 'withdraw' }>['reason']

/** Nothing was kept: what was typed is only in the form. */
export class OutboxError extends Error {
  override readonly name = 'OutboxError'
  readonly code: 'STORAGE_FULL' | 'STORAGE_BUSY'
  constructor(code: 'STORAGE_FULL' | 'STORAGE_BUSY') {
    super(code)
    this.code = code
  }
}

const patienceDefault = 8_000

const noKeys: BookletKeys = { nextKey: async () => null, signer: async () => null }
const alone: OtherTabs = { announce: () => undefined, listen: () => undefined }

/** One after the other. */
const makeTurns = () => {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }
}

/**
 * Opens the outbox on what its store holds.
 *
 * @example
 * const outbox = await openOutbox({ portal, fetch, authorization, owner, store: memoryStore(), surroundings: nodeSurroundings })
 * const outcome = await outbox.record({ id: outbox.newId(), ...screening })
 * if (outcome.kind === 'refused') show(outcome.refusal.title.fr, outcome.refusal.code)
 */
export const openOutbox = async (dependencies: OutboxDependencies): Promise<Outbox> => {
  const { owner, store, surroundings, keys = noKeys, report = () => undefined } = dependencies
  const { now, random } = surroundings
  const { patienceMilliseconds = patienceDefault } = dependencies
  const at = (): number => now().getTime()
  let catalogue: Catalogue | null = null

  const api = makeApiClient({
    fetch: makeAuthorizedFetch(dependencies, () => report('AUTHORIZATION_ENDED')),
    now,
    contacted: (contact) => {
      hearContact(driver, contact).catch((error: unknown) => report('CONTACT_NOT_KEPT', error))
    },
  })
  const parts = { api, at, random, observe: () => undefined }
  const firstTry = makeFirstTry<Sendable>({ ...parts, acknowledged: () => undefined })
  const amending = makeAmending<Sendable>({ ...parts, amended: () => undefined })
  const signing = {
    signingCode: async () => certify,
    keys,
    outbox: (): OutboxState<Sendable> => driver.state(),
    at,
    report,
  }
  const driver: Driver<Sendable> = makeDriver<Sendable>({
    store,
    tab: bytesToHex(surroundings.randomBytes(8)),
    otherTabs: dependencies.otherTabs ?? alone,
    changed: ({ entries }) => dependencies.changed?.(entries.map(lineOf)),
    sign: makeSigning<Sendable>(signing),
    attempt: firstTry.ofKept,
    amend: amending.ofKept,
    ...makeBatches<Sendable>({ ...parts, reconciled: async () => undefined }),
    failed: (error) => report('OUTBOX_STOPPED', error),
  })

  const find = (id: string) => {
    const entry = driver.state().entries.find((one) => one.id === id)
    const screening = entry?.amends === null ? entry.screening : null
    return entry === undefined || screening === null ? undefined : { ...entry, screening }
  }
  const certifying = makeCertifying<Sendable>({ ...signing, driver, find })
  const keeper = makeKeeper({ api, driver, keys, now, random, exclusive: makeTurns(), report })

  const readKinds = async (): Promise<void> => {
    if (catalogue !== null) return
    const answer = await api.ask(readCatalogue)
    if (answer.ok) catalogue = answer.value
  }

  const pace = makePace({
    driver,
    owner,
    surroundings,
    report,
    prepare: async () => {
      await readKinds()
      if (dependencies.keys !== undefined) await keeper.keep(owner)
    },
  })

  const testTypeOf = (input: ScreeningInput): string | null =>
    certifiableTestType(input, catalogue ?? usualKinds, now())

  /** A portal that asked for patience is not asked, whoever waits. */
  const trial = (): { readonly tryMilliseconds?: number } =>
    driver.state().backoff.askedUntil > at() ? {} : { tryMilliseconds: patienceMilliseconds }

  /** @returns what there is to say of it @throws OutboxError when it could not be kept */
  const keep = async (event: DriverEvent<Sendable>): Promise<ReturnType<typeof noticeIn>> => {
    const { isStored, commands } = await driver.carryOut(event)
    const notice = noticeIn(commands)
    if (!isStored)
      throw new OutboxError(notice === 'STORAGE_FULL' ? 'STORAGE_FULL' : 'STORAGE_BUSY')
    return notice
  }

  const keptOutcome = async (id: string): Promise<Outcome> => {
    const certified = await certifying(id)
    const entry = find(id)
    if (entry?.stage === 'refused' && entry.refusal !== null)
      return { kind: 'refused', refusal: shownRefusal(entry.refusal) }
    const origin = catalogue?.origins?.person ?? new URL(dependencies.portal).origin
    const provisional =
      entry === undefined ? null : await provisionalDocument(entry, driver.state().booklets, origin)
    const because = certified.kind === 'none' ? certified.code : null
    return {
      kind: 'kept',
      provisional,
      because: certified.kind === 'locked' ? 'KEY_LOCKED' : because,
    }
  }

  const outcomeOf = async (id: string): Promise<Outcome> => {
    const tried = firstTry.takeOutcome(id)
    if (tried?.kind === 'acknowledged') return { kind: 'recorded', answer: tried.answer }
    if (tried?.kind === 'refused') return { kind: 'refused', refusal: shownRefusal(tried.refusal) }
    return keptOutcome(id)
  }

  const record = async (
    type: 'typed' | 'result-read',
    input: ScreeningInput,
    slip: string | null = null,
  ): Promise<Outcome> => {
    const { id } = input
    const known = find(id)
    const typed = { id, screening: { input }, testType: testTypeOf(input), now: at() }
    if (known?.stage === 'refused') {
      await keep({ type: 'edited', ...typed })
      await pace.send()
      return keptOutcome(id)
    }
    // What waits here goes in its turn, with what waits before it; only a batch says which slip somebody holds.
    const quick = known === undefined && slip === null ? trial() : {}
    await keep(
      type === 'typed'
        ? { type, ...typed, ...quick, owner, slip }
        : { type, ...typed, ...quick, owner },
    )
    return slip === null ? outcomeOf(id) : { kind: 'kept', provisional: null, because: null }
  }

  const shownAmendment = (tried: AmendOutcome | null, id: string): AmendmentOutcome => {
    switch (tried?.kind) {
      case 'done':
      case 'here':
      case 'under-way':
        return { kind: tried.kind }
      case 'refused':
        return { kind: 'refused', refusal: shownRefusal(tried.refusal) }
      default:
        return driver.state().entries.some((entry) => entry.id === id)
          ? { kind: 'kept' }
          : { kind: 'here' }
    }
  }

  const newId = (): string => makeUuidV7(now(), surroundings.randomBytes)

  const amend = async (
    input: ScreeningInput,
    amendment: NonNullable<Sendable['amendment']>,
  ): Promise<AmendmentOutcome> => {
    const id = newId()
    const isHere = find(input.id) !== undefined
    const notice = await keep({
      type: 'amendment-queued',
      id,
      amends: input.id,
      screening: { input, amendment },
      instead:
        amendment.act === 'correct' ? { screening: { input }, testType: testTypeOf(input) } : null,
      owner,
      ...(isHere ? {} : trial()),
      now: at(),
    })
    if (notice === 'AMENDMENT_UNDER_WAY') return { kind: 'under-way' }
    return shownAmendment(amending.takeOutcome(id), id)
  }

  await driver.load()
  const { lease } = driver.state()
  // Whoever held the turn to send is gone, unless others work on this store.
  if (lease !== null && dependencies.otherTabs === undefined)
    await driver.dispatch({ type: 'closed', tab: lease.tab, now: at() })

  return {
    api,
    newId,
    record: (input, paper) => record('typed', input, paper?.slip ?? null),
    setResult: (input) => record('result-read', input),
    correct: (input, change) => amend(input, { act: 'correct', ...change }),
    withdraw: (input, change) => amend(input, { act: 'withdraw', ...change }),
    lines: () => driver.state().entries.map(lineOf),
    discard: async (id) => {
      const isAmendment = driver.state().entries.some((one) => one.id === id && one.amends !== null)
      const type = isAmendment ? 'amendment-recalled' : 'discarded'
      await driver.dispatch({ type, id, now: at() })
    },
    send: pace.send,
    hurry: async () => {
      await driver.dispatch({ type: 'send-wanted', now: at() })
      await pace.send()
    },
    start: pace.start,
  }
}

/** Until the catalogue was read once: what counters enter (LOINC part of rapid antigen tests, as in a DCC's `tt`). */
const usualKinds: Pick<Catalogue, 'kinds'> = {
  kinds: [
    {
      code: 'antigen',
      dccTestType: 'LP217198-3',
      loinc: '945584',
      label: { fr: 'Test antigénique', en: 'Antigen test' },
      atCounter: true,
      minutesToResult: 15,
    },
  ],
}
