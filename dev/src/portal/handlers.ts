/** What each endpoint of the fake portal does, once the request was let in. */
import {
  BookletInput,
  CorrectionInput,
  type DoorsView,
  DuplicatesInput,
  HeartbeatInput,
  ReconciliationBatch,
  ResultInput,
  routes,
  type ScreeningAnswer,
  type ScreeningEntry,
  ScreeningInput,
  ScreeningSearch,
  ScreeningWithdrawalInput,
  SlipCancellation,
  SlipsInput,
} from '@sidep/contracts'
import { timeZoneOf } from '@sidep/screening'
import { dayIn } from '@sidep/time'
import { Check } from 'typebox/schema'
import type { Recorded } from './books.ts'
import type { EndpointName } from './endpoints.ts'
import { reconcileItems } from './reconciling.ts'
import { foundBy, historyOf } from './records.ts'
import type { Answered } from './requests.ts'
import { catalogue } from './samples.ts'
import { slipSiteName } from './slips.ts'
import type { PortalState } from './state.ts'

interface Handled {
  readonly portal: PortalState
  /** The path's parameter. */
  readonly id: string
  readonly query: URLSearchParams
  /** Of the endpoint's own schema. */
  readonly body: unknown
}

type Handler = (handled: Handled) => Answered | Promise<Answered>

/** The schema was checked before: this is for the compiler. */
const bodyOf = <T>(isOf: (value: unknown) => value is T, body: unknown): T => {
  if (!isOf(body)) throw new Error('a body that its endpoint does not describe')
  return body
}

const answerOf = ({
  id,
  state,
  result,
  recordedAt,
  certificate,
}: ScreeningEntry): ScreeningAnswer => ({
  id,
  state,
  result,
  recordedAt,
  certificate,
  notices: [],
})

const said = (recorded: Recorded, status: 200 | 201): Answered =>
  recorded.ok ? { status, body: answerOf(recorded.entry) } : { problem: recorded.code }

const doors: DoorsView = { doors: [{ door: 'ecps', url: routes.loginEcps, state: 'up' }] }

const isOfDay = (portal: PortalState, day: string, { recordedAt }: ScreeningEntry): boolean =>
  dayIn(new Date(recordedAt), timeZoneOf(portal.session().site?.postalCode ?? null)) === day

const listed = (portal: PortalState, query: URLSearchParams): ScreeningEntry[] => {
  const [state, day] = [query.get('state'), query.get('day')]
  return [...portal.books.screenings.values()].filter(
    (entry) =>
      (state === null || entry.state === state) && (day === null || isOfDay(portal, day, entry)),
  )
}

/** Endpoints that are not here this portal does not have. */
export const handlers: Partial<Record<EndpointName, Handler>> = {
  listDoors: () => ({ status: 200, body: doors }),
  readWaitingRoom: ({ portal }) => ({ status: 200, body: portal.place() }),
  enterWaitingRoom: ({ portal }) => {
    portal.hasPlace = true
    return { status: 200, body: portal.place() }
  },
  readCatalogue: () => ({ status: 200, body: catalogue }),
  readSession: ({ portal }) => ({ status: 200, body: portal.session() }),
  signOut: ({ portal }) => {
    portal.isSignedIn = false
    return { status: 204 }
  },
  chooseSite: ({ portal, body }) => {
    if (typeof body === 'object' && body !== null && 'site' in body)
      portal.chosen = String(body.site)
    return { status: 200, body: portal.session() }
  },
  listScreenings: ({ portal, query }) => {
    const all = listed(portal, query)
    const screenings = all.slice(0, portal.listMax)
    return { status: 200, body: { screenings, truncated: all.length > screenings.length } }
  },
  searchScreenings: ({ portal, body }) => {
    const search = bodyOf((value) => Check(ScreeningSearch, value), body)
    portal.searches.push(search)
    const entries = [...portal.books.screenings.values()]
    const screenings = foundBy(search, entries, (day, entry) => isOfDay(portal, day, entry))
    return { status: 200, body: { screenings, truncated: false } }
  },
  readScreeningHistory: ({ portal, id }) => {
    const entry = portal.books.screenings.get(id)
    if (entry === undefined) return { problem: 'SCREENING_UNKNOWN' }
    portal.histories.push(id)
    return { status: 200, body: historyOf(entry) }
  },
  readScreening: ({ portal, id }) => {
    const entry = portal.books.screenings.get(id)
    return entry === undefined ? { problem: 'SCREENING_UNKNOWN' } : { status: 200, body: entry }
  },
  recordScreening: ({ portal, body }) => {
    const recorded = portal.books.record(bodyOf((value) => Check(ScreeningInput, value), body))
    return said(recorded, recorded.ok && recorded.isNew ? 201 : 200)
  },
  setScreeningResult: ({ portal, id, body }) =>
    said(
      portal.books.setResult(
        id,
        bodyOf((value) => Check(ResultInput, value), body),
      ),
      200,
    ),
  confirmScreening: ({ portal, id }) => said(portal.books.confirm(id), 200),
  correctScreening: ({ portal, id, body }) => {
    const input = bodyOf((value) => Check(CorrectionInput, value), body)
    const corrected = portal.books.correct(id, input)
    return said(corrected, corrected.ok && corrected.isNew ? 201 : 200)
  },
  withdrawScreening: ({ portal, id, body }) => {
    const input = bodyOf((value) => Check(ScreeningWithdrawalInput, value), body)
    const done = portal.books.withdraw(id, input)
    return done.ok
      ? { status: 200, body: { id, withdrawnAt: done.entry.change?.at ?? '' } }
      : { problem: done.code }
  },
  sendLinkAgain: () => ({ status: 202, body: { topics: [] } }),
  reconcile: ({ portal, body }) => {
    const { books, slips, judge, faults } = portal
    const batch = bodyOf((value) => Check(ReconciliationBatch, value), body)
    portal.batches.push(batch)
    books.waste(batch.wasted)
    const refusal = faults.meet('refused', 'reconcile')
    const reconciling = { books, slips, judge, refusal }
    const isHalf = faults.meet('half-answered', 'reconcile') !== null
    const items = isHalf ? batch.items.slice(0, Math.ceil(batch.items.length / 2)) : batch.items
    const lines = reconcileItems(reconciling, items)
    return { status: 200, body: { lines, retryAfterSeconds: null } }
  },
  findDuplicates: ({ portal, body }) => {
    const { screenings } = bodyOf((value) => Check(DuplicatesInput, value), body)
    const found = screenings.flatMap(({ id, familyName }) => {
      const alike = portal.alike.get(familyName)
      return alike === undefined ? [] : [{ id, ...alike }]
    })
    return { status: 200, body: { found } }
  },
  sendHeartbeat: ({ portal, body }) => {
    portal.heartbeats.push(bodyOf((value) => Check(HeartbeatInput, value), body))
    return { status: 204 }
  },
  listBooklets: ({ portal }) => ({
    status: 200,
    body: { booklets: portal.booklets.inForce },
  }),
  giveBooklet: async ({ portal, body }) => {
    const input = bodyOf((value) => Check(BookletInput, value), body)
    return { status: 201, body: await portal.booklets.give(input, portal.session()) }
  },
  listSiteNotices: () => ({ status: 200, body: { notices: [] } }),
  listSlips: ({ portal }) => {
    const slips = [...portal.slips.out.values()].map(({ check, code, address, ...slip }) => slip)
    return { status: 200, body: { slips, truncated: false } }
  },
  printSlips: async ({ portal, body }) => {
    const { count } = bodyOf((value) => Check(SlipsInput, value), body)
    return { status: 201, body: { siteName: slipSiteName, slips: await portal.slips.give(count) } }
  },
  cancelSlips: ({ portal, body }) => {
    const wanted = bodyOf((value) => Check(SlipCancellation, value), body)
    return { status: 200, body: { cancelled: portal.slips.cancel(wanted) } }
  },
}
