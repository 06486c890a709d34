/**
 * The counter's outbox at work. Invariants:
 * 1. A screening is on disk before its first byte is sent, and stays there until the portal has it.
 * 2. On an ordinary day one quick request brings the certificate; what is not answered in time goes in batches, under
 *    the same id, so that nothing can be there twice.
 * 3. Nobody is asked sooner than it said (`Retry-After`); otherwise tries spread out with full jitter.
 * 4. A number of a booklet is taken only when it can be signed at once.
 * 5. While this device keeps nothing, nothing waits here: a screening goes to the portal at once, or is not recorded.
 */
import type { OutboxState } from '@sidep/continuity'
import type { ReconciliationAnswer, ScreeningAnswer, ScreeningInput } from '@sidep/contracts'
import {
  type Act,
  type Amended,
  type AmendOutcome,
  type Certified,
  certifiableTestType,
  hearContact,
  makeAmending,
  makeBatches,
  makeCertifying,
  makeDriver,
  makeFirstTry,
  makeSigning,
  noticeIn,
  type OtherTabs,
  type Outcome,
  type SigningCode,
} from '@sidep/sdk/parts'
import type { ApiClient, Contact, Portal } from '../../shared/api/index.ts'
import type { Vault } from '../../shared/storage/index.ts'
import type { Store } from '../../shared/store.ts'
import type { SigningKeys } from '../lock/signing-keys.ts'
import type { CounterState } from '../state.ts'
import { type Content, type HeldEntry, heldEntries, type Owner } from './content.ts'
import { type Corrections, createCorrections } from './corrections.ts'
import type { Driver, DriverEvent } from './driver.ts'
import { readLegacy } from './legacy.ts'
import { createPaperLines, type PaperLines } from './lines.ts'
import { createPace, idsOf } from './pace.ts'
import { outboxStore } from './stored-outbox.ts'

export interface SenderDependencies {
  readonly api: ApiClient
  readonly vault: Vault
  readonly keys: SigningKeys
  readonly signingCode: SigningCode
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
  readonly portal: Portal
  readonly acknowledged: (content: Content, answer: ScreeningAnswer) => void
  /** A screening was put right, or taken back. */
  readonly amended: (content: Content, amended: Amended) => void
  /** A batch was answered: before its entries leave, the lists should show what the portal has. */
  readonly reconciled: (answer: ReconciliationAnswer) => Promise<void>
}

export interface Sender extends Corrections {
  readonly driver: Driver
  /** What is typed from papers. */
  readonly lines: PaperLines
  readonly load: () => Promise<void>
  /** Storage is back: what it holds is what counts. */
  readonly reload: () => Promise<void>
  /** Keeps a place for a screening that is about to be typed; false when there is no room. */
  readonly reserve: (id: string) => Promise<boolean>
  readonly release: (id: string) => Promise<void>
  /** Keeps a screening and tries it at once. @throws StorageError when it could not be kept */
  readonly record: (content: Content, owner: Owner | null) => Promise<Outcome>
  /** Keeps a result, of what the portal has waiting or of what is still here, and tries it at once. */
  readonly readResult: (content: Content, owner: Owner | null) => Promise<Outcome>
  /**
   * Keeps a correction or a withdrawal and tries it at once; what only this device has is put right in its place.
   *
   * @param id of the amendment, a UUIDv7
   */
  readonly amend: (id: string, content: Content, owner: Owner) => Promise<AmendOutcome>
  /** Gives up a correction or a withdrawal that cannot have left, or was refused. */
  readonly recallAmendment: (id: string) => Promise<void>
  /** Asks for the provisional certificate of an entry. */
  readonly certify: (id: string) => Promise<Certified>
  /** An answer said what time the portal has, and what it lost. */
  readonly contacted: (contact: Contact) => void
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

const report = (code: string, error?: unknown): void => console.error(code, error)

/** The person in front of the counter waits for the first try; the outbox has more patience. */
const firstTryMilliseconds = 8_000
/** When the last request had no answer, a person waits only to see whether that is over. */
const offlineTryMilliseconds = 2_500

export const createSender = (dependencies: SenderDependencies): Sender => {
  const { vault, store, keys, signingCode } = dependencies
  const { observe } = dependencies.portal
  const at = (): number => dependencies.now().getTime()
  const outbox = (): OutboxState<Content> => driver.state()
  const find = (id: string): HeldEntry | undefined =>
    heldEntries(outbox().entries).find((entry) => entry.id === id)

  const firstTry = makeFirstTry<Content>({ ...dependencies, observe, at })
  const amending = makeAmending<Content>({ ...dependencies, observe, at })
  const driver = makeDriver<Content>({
    store: outboxStore(vault),
    tab: dependencies.tab,
    otherTabs: dependencies.otherTabs,
    changed: (state) => store.set((before) => ({ ...before, outbox: state })),
    sign: makeSigning({ signingCode, keys, outbox, at, report }),
    attempt: firstTry.ofKept,
    amend: amending.ofKept,
    ...makeBatches<Content>({ ...dependencies, observe, at }),
    failed: (error) => console.error('OUTBOX_STOPPED', error),
  })
  const { mayTry, tick, settle, wake, schedule, stop } = createPace({ ...dependencies, driver })
  const certifyKept = makeCertifying({ signingCode, keys, outbox, at, report, driver, find })
  /** A number that is taken in memory alone could be taken twice. */
  const certify = async (id: string): Promise<Certified> =>
    vault.durable ? certifyKept(id) : { kind: 'none', code: 'SIGNING_FAILED' }

  /** Keeps what an event says, and carries out what it leads to. @throws StorageError when it could not be kept */
  const keep = async (event: DriverEvent): Promise<void> => {
    const { isStored, commands } = await driver.carryOut(event)
    if (isStored) return
    throw new StorageError(noticeIn(commands) === 'STORAGE_FULL' ? 'STORAGE_FULL' : 'STORAGE_BUSY')
  }

  const testTypeOf = (input: ScreeningInput): string | null =>
    certifiableTestType(input, store.get().catalogue, dependencies.now())

  const patience = (): number =>
    store.get().link.state === 'online' ? firstTryMilliseconds : offlineTryMilliseconds

  /** What the request at once brought, if there was one; then, for a result, the document of this counter. */
  const outcomeOf = async (id: string): Promise<Outcome> => {
    const outcome: Outcome = firstTry.takeOutcome(id) ?? { kind: 'queued', error: null }
    if (outcome.kind === 'queued') await certify(id)
    schedule()
    return outcome
  }

  /** What cannot be kept here goes at once, as far as the portal may be asked. */
  const sendUnkept = async (content: Content, act: Act): Promise<Outcome> => {
    const { link } = store.get()
    const outcome: Outcome = mayTry()
      ? await firstTry.ofUnkept(content, act, firstTryMilliseconds)
      : { kind: 'not-kept', error: link.state === 'online' ? null : link.error }
    if (outcome.kind === 'acknowledged')
      await driver.dispatch({ type: 'released', id: content.input.id, now: at() })
    return outcome
  }

  /** @returns whether it is kept; false when there is no room, or no storage */
  const isKept = async (event: DriverEvent): Promise<boolean> => {
    if (!vault.durable) return false
    try {
      await keep(event)
      return true
    } catch (error) {
      if (error instanceof StorageError && error.code === 'STORAGE_FULL') return false
      throw error
    }
  }

  const amend: Sender['amend'] = async (id, content, owner) => {
    const { input, amendment } = content
    const isHere = find(input.id) !== undefined
    const timeout = patience()
    const { amendment: _, ...screening } = { ...content, ...find(input.id)?.screening, input }
    const event = {
      type: 'amendment-queued',
      id,
      amends: input.id,
      screening: content,
      instead: amendment?.act === 'correct' ? { screening, testType: testTypeOf(input) } : null,
      owner: idsOf(owner),
      ...(mayTry() && !isHere ? { tryMilliseconds: timeout } : {}),
      now: at(),
    } as const
    const kept = vault.durable ? await driver.carryOut(event) : null
    if (kept === null || (!kept.isStored && noticeIn(kept.commands) === 'STORAGE_FULL')) {
      const { link } = store.get()
      if (isHere || !mayTry())
        return { kind: 'not-kept', error: link.state === 'online' ? null : link.error }
      return amending.ofUnkept(id, content, timeout)
    }
    if (!kept.isStored) return { kind: 'not-kept', error: null }
    if (noticeIn(kept.commands) === 'AMENDMENT_UNDER_WAY') return { kind: 'under-way' }
    const tried = amending.takeOutcome(id)
    if (tried === null) wake()
    else schedule()
    if (tried !== null) return tried
    const isQueued = outbox().entries.some((entry) => entry.id === id)
    return isQueued ? { kind: 'queued', error: null } : { kind: 'here' }
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

  const elapsed = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      dependencies.after(milliseconds, resolve)
    })

  return {
    driver,
    lines: createPaperLines({ driver, at, wake }),
    ...createCorrections({ driver, find, testTypeOf, now: dependencies.now, wake }),
    reload: driver.reload,
    load: async () => {
      await driver.load()
      const { lease } = outbox()
      if (lease !== null && !(await dependencies.isTabOpen(lease.tab)))
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
      const { id } = input
      const testType = testTypeOf(input)
      const known = find(id)
      const isQuick = mayTry() && known === undefined
      const typed = { id, screening: content, testType, now: at() }
      if (known?.stage === 'refused') await keep({ type: 'edited', ...typed })
      else {
        const quick = isQuick ? { tryMilliseconds: patience() } : {}
        const event = { type: 'typed', ...typed, ...quick, slip: null } as const
        if (!(await isKept({ ...event, owner: owner && idsOf(owner) })))
          return sendUnkept(content, 'record')
      }
      return outcomeOf(id)
    },
    readResult: async (content, owner) => {
      const { input } = content
      const { id } = input
      const isHere = find(id) !== undefined
      const isQuick = mayTry() && !isHere
      const timeout = patience()
      const event = {
        type: 'result-read',
        id,
        screening: content,
        testType: testTypeOf(input),
        owner: owner && idsOf(owner),
        ...(isQuick ? { tryMilliseconds: timeout } : {}),
        now: at(),
      } as const
      if (isHere) await keep(event)
      else if (!(await isKept(event))) return sendUnkept(content, 'set-result')
      // Both are here: they go together, and the lists bring the certificate.
      if (isHere && mayTry()) await Promise.race([tick(), elapsed(timeout)])
      return outcomeOf(id)
    },
    amend,
    recallAmendment: async (id) => {
      await driver.dispatch({ type: 'amendment-recalled', id, now: at() })
    },
    certify,
    contacted: (contact) => {
      hearContact(driver, contact).then(
        (isMore) => {
          if (isMore) wake()
        },
        (error: unknown) => console.error('CONTACT_NOT_KEPT', error),
      )
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
      stop()
      driver.dispatch({ type: 'closed', tab: dependencies.tab, now: at() }).catch(() => undefined)
    },
  }
}
