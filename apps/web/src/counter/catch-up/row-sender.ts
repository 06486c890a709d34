/** Carries queued lines to the server; the invariants are the desk's. */

import { reconcileItemsMax } from '@sidep/continuity'
import {
  DuplicatesAnswer,
  problemRegistry,
  ReconciliationAnswer,
  type ReconciliationLine,
  routes,
} from '@sidep/contracts'
import {
  type ApiClient,
  type ApiError,
  backoffMilliseconds,
  retryAfterSecondsOf,
  retryOf,
} from '../../shared/api/index.ts'
import { type Row, type RowOwner, refusalOf } from './row.ts'

export interface RowSenderDependencies {
  readonly api: ApiClient
  readonly now: () => Date
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Calls back after so many milliseconds; returns the way to cancel. */
  readonly after: (milliseconds: number, callback: () => void) => () => void
  readonly owner: () => RowOwner | null
  readonly isSessionUsable: () => boolean
  readonly rows: () => readonly Row[]
  /** Changes each line, or takes it out. */
  readonly change: (change: (row: Row) => Row | null) => void
  /** Resolves once the lines as they are now are on disk. */
  readonly saved: () => Promise<void>
  readonly flying: (ids: readonly string[]) => void
  readonly taken: (count: number) => void
  readonly trouble: (trouble: { readonly error: ApiError; readonly retryAt: Date } | null) => void
  readonly sessionTrouble: () => void
}

export interface RowSender {
  /** Sends what may be sent now; call it when something changed. */
  readonly wake: () => void
}

/** A batch waits its turn behind others of the site and is worked through four at a time. */
const answerMillisecondsMax = 120_000

export const createRowSender = (dependencies: RowSenderDependencies): RowSender => {
  const { api, now } = dependencies
  let isRunning = false
  let failures = 0
  let restUntil = 0
  let cancelTimer = (): void => undefined

  const isToSend = (row: Row): boolean => {
    const current = dependencies.owner()
    return (
      (row.stage === 'queued' || row.stage === 'sent') &&
      row.request !== null &&
      row.owner.siteId === current?.siteId &&
      row.owner.professionalId === current.professionalId
    )
  }

  const rest = (error: ApiError | null, retryAfterSeconds: number | null): void => {
    failures += 1
    const wait = backoffMilliseconds(failures, retryAfterSeconds, dependencies.random)
    restUntil = now().getTime() + wait
    if (error !== null) dependencies.trouble({ error, retryAt: new Date(restUntil) })
  }

  /** What a request that brought no answer means: wait, or have the session seen to. */
  const failed = (error: ApiError): void => {
    rest(error, retryAfterSecondsOf(error))
    const isWithoutSite = error.kind === 'problem' && error.problem.code === 'SITE_NOT_CHOSEN'
    if (retryOf(error) === 'after-sign-in' || isWithoutSite) dependencies.sessionTrouble()
  }

  /** Those of a batch that the site has already come back to a person. False when it could not be asked. */
  const setDoublesAside = async (batch: readonly Row[]): Promise<boolean> => {
    const asked = batch.flatMap((row) => {
      if (row.stage !== 'queued' || row.isNoDuplicate || row.request === null) return []
      const { id, person, sampledAt } = row.request.input
      const { familyName, firstNames, birthDate } = person
      return [{ id, familyName, firstNames, birthDate, sampledAt }]
    })
    if (asked.length === 0) return true
    const answer = await api.post(routes.likelyDuplicates, { screenings: asked }, DuplicatesAnswer)
    if (!answer.ok) {
      // One odd line must not hold up the others: the batch itself will say what is wrong.
      if (retryOf(answer.error) === 'never') return true
      failed(answer.error)
      return false
    }
    const found = new Map(answer.value.found.map((alike) => [alike.id, alike]))
    if (found.size > 0) {
      dependencies.change((row) => {
        const alike = found.get(row.id)
        if (alike === undefined || row.stage !== 'queued') return row
        const { sampledAt, recordedAt } = alike
        return { ...row, stage: 'typing', request: null, alike: { sampledAt, recordedAt } }
      })
    }
    return true
  }

  const apply = (line: ReconciliationLine, row: Row): Row | null => {
    switch (line.status) {
      case 'definitive':
      case 'acknowledged':
        return null
      case 'refused':
        return {
          ...row,
          stage: 'refused',
          request: null,
          refusal: refusalOf(line.code, line.faults),
        }
      case 'later':
        return row
    }
  }

  const exchange = async (ids: ReadonlySet<string>): Promise<void> => {
    dependencies.change((row) => (ids.has(row.id) ? { ...row, stage: 'sent' } : row))
    await dependencies.saved()
    const batch = dependencies.rows().filter(({ id }) => ids.has(id))
    const items = batch.flatMap(({ id, request }) =>
      request === null
        ? []
        : [
            {
              kind: 'screening' as const,
              id,
              screening: request.input,
              provisional: null,
              slip: request.slip,
            },
          ],
    )
    const answer = await api.post(
      routes.reconciliations,
      { items, wasted: [] },
      ReconciliationAnswer,
      { timeoutMilliseconds: answerMillisecondsMax },
    )
    if (!answer.ok) {
      if (answer.error.kind === 'problem' && isOfTheBatch(answer.error.problem.code)) {
        const refusal = refusalOf(answer.error.problem.code, [])
        dependencies.change((row) =>
          ids.has(row.id) ? { ...row, stage: 'refused', request: null, refusal } : row,
        )
      } else failed(answer.error)
      return
    }
    settle(ids, answer.value)
  }

  const settle = (ids: ReadonlySet<string>, answer: ReconciliationAnswer): void => {
    const lines = new Map(answer.lines.map((line) => [line.id, line]))
    const done = answer.lines.filter(
      ({ id, status }) => ids.has(id) && (status === 'definitive' || status === 'acknowledged'),
    )
    dependencies.change((row) => {
      const line = ids.has(row.id) ? lines.get(row.id) : undefined
      return line === undefined ? row : apply(line, row)
    })
    dependencies.taken(done.length)
    const waits = answer.lines.flatMap((line) =>
      line.status === 'later' ? [line.retryAfterSeconds] : [],
    )
    const isPartial = [...ids].some((id) => !lines.has(id)) || waits.length > 0
    if (isPartial || answer.retryAfterSeconds !== null) {
      rest(null, Math.max(0, answer.retryAfterSeconds ?? 0, ...waits))
    } else {
      failures = 0
      dependencies.trouble(null)
    }
  }

  const sendAll = async (): Promise<void> => {
    while (dependencies.isSessionUsable() && restUntil <= now().getTime()) {
      const batch = dependencies.rows().filter(isToSend).slice(0, reconcileItemsMax)
      if (batch.length === 0) return
      dependencies.flying(batch.map(({ id }) => id))
      if (!(await setDoublesAside(batch))) return
      const wanted = new Set(batch.map(({ id }) => id))
      const ids = dependencies.rows().filter((row) => wanted.has(row.id) && isToSend(row))
      if (ids.length > 0) await exchange(new Set(ids.map(({ id }) => id)))
    }
  }

  const schedule = (): void => {
    cancelTimer()
    if (!dependencies.rows().some(isToSend) || !dependencies.isSessionUsable()) return
    cancelTimer = dependencies.after(Math.max(restUntil - now().getTime(), 250), wake)
  }

  const wake = (): void => {
    if (isRunning) return
    isRunning = true
    sendAll()
      .catch((error: unknown) => {
        console.error('CATCH_UP_STOPPED', error)
        rest(null, null)
      })
      .finally(() => {
        isRunning = false
        dependencies.flying([])
        schedule()
      })
  }

  return { wake }
}

/** A refusal of the whole batch that sending it again would not change. */
const isOfTheBatch = (code: keyof typeof problemRegistry): boolean =>
  problemRegistry[code].retry === 'never' && code !== 'SITE_NOT_CHOSEN'
