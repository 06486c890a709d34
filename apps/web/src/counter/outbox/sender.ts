/**
 * The counter's outbox at work. Invariants:
 * 1. A screening is on disk before its first byte is sent, and stays there until the portal has it.
 * 2. On an ordinary day one quick request brings the certificate; what is not answered in time goes in batches, under
 *    the same id, so that nothing can be there twice.
 * 3. Nobody is asked sooner than it said (`Retry-After`); otherwise tries spread out with full jitter.
 * 4. A number of a booklet is taken only when it can be signed at once.
 */
import {
  type AsideReason,
  clockSkewMilliseconds,
  type NoDocumentCode,
  type OutboxState,
  portalTime,
  samplingHoursMax,
  usableBooklet,
} from '@sidep/continuity'
import {
  type ReconciliationAnswer,
  type Result,
  routes,
  ScreeningAnswer,
  type ScreeningInput,
} from '@sidep/contracts'
import {
  type Answer,
  type ApiClient,
  type ApiError,
  backoffMilliseconds,
  type Contact,
  retryAfterSecondsOf,
  retryOf,
} from '../../shared/api/index.ts'
import type { Vault } from '../../shared/storage/index.ts'
import { certify } from '../booklet/certify.ts'
import type { SigningKeys } from '../booklet/signing-key.ts'
import { atPortalTime } from '../clock.ts'
import { type CounterState, isSessionUsable, ownerOf } from '../state.ts'
import type { Store } from '../store.ts'
import { eventOfBatch, postBatch } from './batch.ts'
import {
  type Content,
  certifiableTestType,
  type HeldEntry,
  heldEntries,
  type Owner,
  type Refusal,
} from './content.ts'
import { createDriver, type Driver, noticeIn, type OtherTabs, type SignCommand } from './driver.ts'
import { readLegacy } from './legacy.ts'
import { outboxStore } from './stored-outbox.ts'

/** What became of a screening or a result at its first try. */
export type Outcome =
  | { readonly kind: 'acknowledged'; readonly answer: ScreeningAnswer }
  /** It is out of the outbox again: the caller still shows what was typed. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Safe on this device; sent by itself later. `error` is null when it only waits its turn. */
  | { readonly kind: 'queued'; readonly error: ApiError | null }

/** What became of asking for a provisional certificate. */
export type Certified =
  | { readonly kind: 'signed' }
  /** The professional's code is needed first. */
  | { readonly kind: 'locked' }
  | { readonly kind: 'none'; readonly code: NoDocumentCode }

export interface SenderNeeds {
  readonly api: ApiClient
  readonly vault: Vault
  readonly keys: SigningKeys
  readonly store: Store<CounterState>
  readonly tab: string
  readonly otherTabs: OtherTabs
  /** Whether a tab of this counter is still open. */
  readonly isTabOpen: (tab: string) => Promise<boolean>
  readonly now: () => Date
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Calls back after so many milliseconds; returns the way to cancel. */
  readonly after: (milliseconds: number, callback: () => void) => () => void
  /** Every answer, good or bad, says something about the way to the server. */
  readonly observe: (answer: Answer<unknown>) => void
  readonly acknowledged: (content: Content, answer: ScreeningAnswer) => void
  /** A batch was answered: before its entries leave, the lists should show what the portal has. */
  readonly reconciled: (answer: ReconciliationAnswer) => Promise<void>
}

export interface Sender {
  readonly driver: Driver
  readonly load: () => Promise<void>
  /** Keeps a place for a screening that is about to be typed; false when there is no room. */
  readonly reserve: (id: string) => Promise<boolean>
  readonly release: (id: string) => Promise<void>
  /** Keeps a screening and tries it at once. @throws StorageError when it could not be kept */
  readonly record: (content: Content, owner: Owner | null) => Promise<Outcome>
  /** Keeps a result, of what the portal has waiting or of what is still here, and tries it at once. */
  readonly readResult: (content: Content, owner: Owner | null) => Promise<Outcome>
  /** Asks for the provisional certificate of an entry. */
  readonly certify: (id: string) => Promise<Certified>
  /** Gives a refused entry up. */
  readonly discard: (id: string) => Promise<void>
  /** Sends a screening on without the document that the portal refused. */
  readonly dropDocument: (id: string) => Promise<void>
  /** Goes on with the result that was recorded elsewhere in the place of the one read here. */
  readonly takeResult: (id: string, result: Result) => Promise<void>
  /** Puts the portal's time into a refused entry whose times lie in the future. */
  readonly correctClock: (id: string) => Promise<void>
  /** An answer said what time the portal has. */
  readonly contacted: (contact: Contact) => void
  /** Leaves the recorded result as it is, and has the portal keep this one with the reason. */
  readonly setAside: (id: string, reason: AsideReason) => Promise<void>
  /** Gives entries that have no owner yet to somebody who signed in. */
  readonly claim: (ids: readonly string[], owner: Owner) => Promise<void>
  /** Nobody is signed in any more. */
  readonly signedOut: () => Promise<void>
  /** The lists show what the portal has: entries that it settled leave. */
  readonly settle: () => Promise<void>
  /** Sends what is due; resolves once it is answered, or when nothing is. */
  readonly sendDue: () => Promise<void>
  /** The same by itself, and again when it is time; call it when something changed. */
  readonly wake: () => void
  /** A person asks, or the network is back. */
  readonly hurry: () => void
  readonly stop: () => void
}

/** Nothing was kept: what was typed is still only in the form. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly code: 'STORAGE_FULL' | 'STORAGE_BUSY'
  constructor(code: 'STORAGE_FULL' | 'STORAGE_BUSY') {
    super(code)
    this.code = code
  }
}

/** The person in front of the counter waits for the first try; the outbox has more patience. */
const firstTryMilliseconds = 8_000
/** When the last request had no answer, a person waits only to see whether that is over. */
const offlineTryMilliseconds = 2_500
const quickMarginMilliseconds = 2_000
const tickMilliseconds = 2_000
const tickMillisecondsMax = 60_000

const refusalOfError = (error: ApiError): Refusal | undefined =>
  error.kind === 'problem' && retryOf(error) === 'never' && error.problem.code !== 'SITE_NOT_CHOSEN'
    ? {
        code: error.problem.code,
        support: error.problem.support,
        faults: error.problem.faults ?? [],
      }
    : undefined

const idsOf = ({ professionalId, siteId }: Owner) => ({ professionalId, siteId })

/** An error of this entry alone, not of the way to the server. */
const isOwnError = (error: ApiError): boolean =>
  error.kind === 'problem' && ['ISSUANCE_FAILED', 'INTERNAL'].includes(error.problem.code)

export const createSender = (needs: SenderNeeds): Sender => {
  const { api, vault, store, keys } = needs
  let cancelTimer = (): void => undefined
  let isStopped = false

  const at = (): number => needs.now().getTime()
  const outbox = (): OutboxState<Content> => driver.state()
  const find = (id: string): HeldEntry | undefined =>
    heldEntries(outbox().entries).find((entry) => entry.id === id)

  const sign = async ({ id, bookletId, number, issuedAt, screening }: SignCommand) => {
    const named = { id, bookletId, number }
    const booklet = outbox().booklets.find((held) => held.id === bookletId)
    const testType = outbox().entries.find((entry) => entry.id === id)?.testType
    const signer = booklet === undefined ? null : keys.signer(booklet.professionalId)
    if (booklet === undefined || !testType || signer === null)
      return { type: 'signing-failed', ...named, now: at() } as const
    try {
      const { input } = screening
      const text = await certify({ booklet, number, issuedAt, testType, input }, signer)
      return { type: 'signed', ...named, text, now: at() } as const
    } catch (error) {
      console.error('PROVISIONAL_NOT_SIGNED', error)
      return { type: 'signing-failed', ...named, now: at() } as const
    }
  }

  const driver = createDriver({
    store: outboxStore(vault),
    tab: needs.tab,
    otherTabs: needs.otherTabs,
    changed: (state) => store.set((before) => ({ ...before, outbox: state })),
    sign,
    send: async (command) => {
      const answer = await postBatch(api, command)
      needs.observe(answer)
      if (answer.ok) await needs.reconciled(answer.value)
      return eventOfBatch(command, answer, needs.random(), at())
    },
    failed: (error) => console.error('OUTBOX_STOPPED', error),
  })

  const keep = async (event: Parameters<Driver['dispatch']>[0]): Promise<void> => {
    const { isStored, commands } = await driver.dispatch(event)
    if (isStored) return
    throw new StorageError(noticeIn(commands) === 'STORAGE_FULL' ? 'STORAGE_FULL' : 'STORAGE_BUSY')
  }

  const testTypeOf = (input: ScreeningInput): string | null =>
    certifiableTestType(input, store.get().catalogue, needs.now())

  /** Until when the way to the server rests; null when it does not. */
  const heldUntil = (): Date | null => {
    const { link } = store.get()
    return link.state === 'online' || link.retryAt <= needs.now() ? null : link.retryAt
  }

  /** A person may try sooner than our own guess, never sooner than the server asked. */
  const mayTry = (): boolean => {
    const state = store.get()
    const { link } = state
    return isSessionUsable(state) && (link.state !== 'busy' || link.retryAt <= needs.now())
  }

  const patience = (): number =>
    store.get().link.state === 'online' ? firstTryMilliseconds : offlineTryMilliseconds

  const hasWork = (): boolean =>
    outbox().entries.some(({ stage }) => stage === 'waiting' || stage === 'acknowledged') ||
    outbox().booklets.some(({ wasted }) => wasted.length > 0)

  const schedule = (): void => {
    cancelTimer()
    if (isStopped || !hasWork() || !isSessionUsable(store.get())) return
    const until = Math.max(outbox().rest.until, heldUntil()?.getTime() ?? 0) - at()
    const wait = Math.min(Math.max(until, tickMilliseconds), tickMillisecondsMax)
    cancelTimer = needs.after(wait, wake)
  }

  /** What is due goes to the portal; resolves when it was answered, or when nothing is due. */
  const tick = async (): Promise<void> => {
    const state = store.get()
    const owner = ownerOf(state.session)
    if (isStopped || owner === null || !isSessionUsable(state) || heldUntil() !== null) return
    if (!hasWork()) return
    const { session } = outbox()
    if (session?.professionalId !== owner.professionalId || session.siteId !== owner.siteId)
      await driver.dispatch({ type: 'signed-in', owner: idsOf(owner), now: at() })
    await driver.carryOut({ type: 'tick', tab: needs.tab, now: at() })
    await settle()
  }

  /** What waits for its result is in the lists; what is definitive leaves once they show it so. */
  const settle = async (): Promise<void> => {
    const final = new Set(
      store.get().entries.flatMap(({ id, state }) => (state === 'final' ? [id] : [])),
    )
    const settled = outbox().entries.filter(
      ({ id, stage }) => stage === 'acknowledged' || (stage === 'definitive' && final.has(id)),
    )
    for (const { id } of settled) await driver.dispatch({ type: 'dismissed', id, now: at() })
  }

  const wake = (): void => {
    tick()
      .catch((error: unknown) => console.error('OUTBOX_STOPPED', error))
      .finally(schedule)
  }

  /** One request for one entry, while its person waits. */
  const quick = async (
    { id }: Pick<HeldEntry, 'id'>,
    request: (timeoutMilliseconds: number) => Promise<Answer<ScreeningAnswer>>,
    timeoutMilliseconds: number,
  ): Promise<Outcome> => {
    const version = find(id)?.version ?? 0
    const content = find(id)?.screening
    const answer = await request(timeoutMilliseconds)
    needs.observe(answer)
    const said = (line: ReconciliationAnswer['lines'][number]) =>
      driver.dispatch({
        type: 'answered',
        batch: `quick/${id}`,
        items: [{ id, version }],
        wasted: [],
        answer: { lines: [line], retryAfterSeconds: null },
        portalNow: null,
        random: needs.random(),
        now: at(),
      })
    if (answer.ok) {
      if (content !== undefined) needs.acknowledged(content, answer.value)
      await said({ id, status: answer.value.state === 'final' ? 'definitive' : 'acknowledged' })
      await driver.dispatch({ type: 'dismissed', id, now: at() })
      return { kind: 'acknowledged', answer: answer.value }
    }
    const refusal = refusalOfError(answer.error)
    if (refusal) {
      await said({ id, status: 'refused', code: refusal.code, faults: [...refusal.faults] })
      await driver.dispatch({ type: 'discarded', id, now: at() })
      return { kind: 'refused', refusal }
    }
    // From now on it goes in batches: at once, or when this entry's own trouble may be over.
    const wait = isOwnError(answer.error)
      ? backoffMilliseconds(1, retryAfterSecondsOf(answer.error), needs.random)
      : 0
    await said({ id, status: 'later', retryAfterSeconds: wait / 1000 })
    return { kind: 'queued', error: answer.error }
  }

  /** The quick request, if it may be made; then, for a result, the document of this counter. */
  const attempt = async (
    id: string,
    isQuick: boolean,
    timeoutMilliseconds: number,
    request: (timeoutMilliseconds: number) => Promise<Answer<ScreeningAnswer>>,
  ): Promise<Outcome> => {
    const outcome: Outcome = isQuick
      ? await quick({ id }, request, timeoutMilliseconds)
      : { kind: 'queued', error: null }
    if (outcome.kind === 'queued') await certifyEntry(id)
    schedule()
    return outcome
  }

  const certifyEntry = async (id: string): Promise<Certified> => {
    const entry = find(id)
    if (entry === undefined) return { kind: 'none', code: 'NOT_CERTIFIABLE' }
    if (entry.document?.text) return { kind: 'signed' }
    if (entry.screening.input.result === undefined) return { kind: 'none', code: 'NOT_CERTIFIABLE' }
    const { owner, testType } = entry
    const booklet =
      owner === null || testType === null ? null : usableBooklet(outbox(), owner, testType, at())
    const isUsable = booklet !== null && typeof booklet !== 'string'
    // By the portal's clock, that the document will be dated by: no number is taken only to find this out.
    const age = portalTime(outbox(), at()) - Date.parse(entry.screening.input.sampledAt)
    if (age < -clockSkewMilliseconds) return { kind: 'none', code: 'CLOCK_AHEAD' }
    if (age > samplingHoursMax * 3_600_000) return { kind: 'none', code: 'NOT_CERTIFIABLE' }
    if (isUsable && keys.signer(booklet.professionalId) === null) return { kind: 'locked' }
    await driver.carryOut({ type: 'document-wanted', id, tab: needs.tab, now: at() })
    const after = find(id)
    if (after?.document?.text) return { kind: 'signed' }
    return { kind: 'none', code: after?.noDocument ?? 'SIGNING_FAILED' }
  }

  const migrate = async (): Promise<void> => {
    for (const { places, content, owner } of await readLegacy(vault)) {
      const { id } = content.input
      const testType = testTypeOf(content.input)
      const typed = { id, screening: content, testType, slip: null, now: at() }
      await keep({ type: 'typed', ...typed, owner: owner && idsOf(owner) })
      for (const place of places) await vault.delete(place)
    }
  }

  return {
    driver,
    load: async () => {
      await driver.load()
      const { lease } = outbox()
      if (lease !== null && !(await needs.isTabOpen(lease.tab)))
        await driver.dispatch({ type: 'closed', tab: lease.tab, now: at() })
      await migrate()
    },
    reserve: async (id) => {
      const { isStored } = await driver.dispatch({ type: 'reserve', id, now: at() })
      return isStored
    },
    release: async (id) => {
      await driver.dispatch({ type: 'released', id, now: at() })
    },
    record: async (content, owner) => {
      const { input } = content
      const testType = testTypeOf(input)
      const known = find(input.id)
      const isQuick = mayTry() && known === undefined
      const timeout = patience()
      const notBefore = isQuick ? at() + timeout + quickMarginMilliseconds : 0
      if (known?.stage === 'refused')
        await keep({ type: 'edited', id: input.id, screening: content, testType, now: at() })
      else
        await keep({
          type: 'typed',
          id: input.id,
          screening: content,
          testType,
          slip: null,
          owner: owner && idsOf(owner),
          notBefore,
          now: at(),
        })
      return attempt(input.id, isQuick, timeout, (timeoutMilliseconds) =>
        api.post(routes.screenings, input, ScreeningAnswer, { timeoutMilliseconds }),
      )
    },
    readResult: async (content, owner) => {
      const { id, result, resultAt } = content.input
      const isHere = find(id) !== undefined
      const isQuick = mayTry() && !isHere
      const timeout = patience()
      await keep({
        type: 'result-read',
        id,
        screening: content,
        testType: testTypeOf(content.input),
        owner: owner && idsOf(owner),
        notBefore: isQuick ? at() + timeout + quickMarginMilliseconds : 0,
        now: at(),
      })
      // Both are here: they go together, and the lists bring the certificate.
      if (isHere && mayTry()) await Promise.race([tick(), elapsed(timeout)])
      return attempt(id, isQuick, timeout, (timeoutMilliseconds) =>
        api.post(
          routes.screeningResult.replace(':id', encodeURIComponent(id)),
          { result, ...(resultAt === undefined ? {} : { resultAt }) },
          ScreeningAnswer,
          { timeoutMilliseconds },
        ),
      )
    },
    certify: certifyEntry,
    discard: async (id) => {
      await driver.dispatch({ type: 'discarded', id, now: at() })
    },
    dropDocument: async (id) => {
      await driver.dispatch({ type: 'document-dropped', id, now: at() })
      wake()
    },
    correctClock: async (id) => {
      const entry = find(id)
      if (entry === undefined) return
      const { screening: content } = entry
      const input = atPortalTime(content.input, outbox(), needs.now())
      const screening = { ...content, input }
      await driver.dispatch({
        type: 'edited',
        id,
        screening,
        testType: testTypeOf(input),
        now: at(),
      })
      wake()
    },
    contacted: ({ serverNow, localNow }) => {
      driver
        .dispatch({ type: 'contact', portalNow: serverNow, now: localNow })
        .catch((error: unknown) => console.error('CONTACT_NOT_KEPT', error))
    },
    takeResult: async (id, result) => {
      const entry = find(id)
      if (entry === undefined) return
      const { screening: content } = entry
      const screening = { ...content, input: { ...content.input, result } }
      const testType = testTypeOf(screening.input)
      await driver.dispatch({ type: 'edited', id, screening, testType, now: at() })
      wake()
    },
    setAside: async (id, reason) => {
      await driver.dispatch({ type: 'set-aside', id, reason, now: at() })
      wake()
    },
    claim: async (ids, owner) => {
      if (ids.length === 0) return
      await driver.dispatch({ type: 'claimed', ids, owner: idsOf(owner), now: at() })
    },
    signedOut: async () => {
      await driver.dispatch({ type: 'signed-out', now: at() })
    },
    settle,
    sendDue: tick,
    wake,
    hurry: () => {
      driver.dispatch({ type: 'send-wanted', now: at() }).then(wake, (error: unknown) => {
        console.error('OUTBOX_STOPPED', error)
      })
    },
    stop: () => {
      isStopped = true
      cancelTimer()
      driver.dispatch({ type: 'closed', tab: needs.tab, now: at() }).catch(() => undefined)
    },
  }

  function elapsed(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      needs.after(milliseconds, resolve)
    })
  }
}
