/** The counter's routes to its screenings. */
import { screeningsInFlight } from '@sidep/admission'
import {
  type BatchAnswer,
  type Role,
  routes,
  type ScreeningEntry,
  type ScreeningHistory,
  type ScreeningList,
  type ScreeningSearch,
  screeningsPerBatchMax,
} from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import { parseDay, timeZoneOf } from '@sidep/screening'
import { dayIn, dayMilliseconds } from '@sidep/time'
import type { FastifyPluginAsync, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify'
import type { Static } from 'typebox'
import { makeReadings } from '../audit/readings.ts'
import type { GuardAct } from '../platform/act.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { Platform } from '../platform/context.ts'
import { schemaOf } from '../platform/contract.ts'
import { makeInFlightBound } from '../platform/in-flight.ts'
import { linkTopicsFor } from '../platform/link-topics.ts'
import { Problem, problemDocument, toProblem } from '../platform/problems.ts'
import { refuseGone } from '../platform/refuse-gone.ts'
import { storedEntry, storedPerson } from './answer.ts'
import { openCorrecting } from './correcting.ts'
import { registerCorrections } from './correction-routes.ts'
import { deliveriesOf } from './deliveries.ts'
import type { EntryOutcome } from './entries.ts'
import { historyOf } from './history.ts'
import { type IntakeDependencies, openIntake } from './intake.ts'
import { searchScreenings } from './search.ts'
import { listDay, listWaiting, type StoredScreening, sendAgain } from './store.ts'

/** What `main` hands intake from the floors above and below. */
export interface IntakeRouteDependencies extends IntakeDependencies {
  /** Login's check that a session is open and a site chosen; it sets `request.actor`. */
  readonly requireSite: preHandlerAsyncHookHandler
  /** Login's guard of acts that need the signature of the session's device. */
  readonly guardAct: GuardAct
  /** How fast screenings come in under one name: asked before, told after; from memory both. */
  readonly pace: {
    /** @throws Problem FRESH_SIGN_IN_REQUIRED */
    check(actor: SiteActor): void
    count(actor: SiteActor, screeningId: string): void
  }
  /** Told when a certificate no longer counts. */
  readonly onRevoked?: () => void
}

/** A hundred screenings; one alone is at most 3 kB. */
const batchBodyBytesMax = 256 * 1024
const listRowsMax = 500
const sendAgainPerHourMax = 6

/** The body is parsed by intake itself, which names every field's fault; the schema is the contract's, for OpenAPI. */
const parsedByIntake = () => () => true

const actorOf = ({ actor }: FastifyRequest): SiteActor => {
  if (actor === null) throw new Problem('SESSION_MISSING')
  if (actor.site === null) throw new Problem('SITE_NOT_CHOSEN')
  return { ...actor, site: actor.site }
}

const roleOf = ({ operator }: SiteActor): Role => (operator ? 'staff' : 'responsible')

const linesOf = (body: unknown): readonly unknown[] => {
  const fault = (
    pointer: string,
    code: 'WRONG_TYPE' | 'REQUIRED' | 'UNKNOWN_FIELD' | 'TOO_SHORT',
  ) => new Problem('REQUEST_INVALID', { faults: [{ pointer, code }] })
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw fault('', 'WRONG_TYPE')
  if (!('screenings' in body)) throw fault('/screenings', 'REQUIRED')
  if (Object.keys(body).length > 1) throw fault('', 'UNKNOWN_FIELD')
  const lines: unknown = body.screenings
  if (!Array.isArray(lines)) throw fault('/screenings', 'WRONG_TYPE')
  if (lines.length === 0) throw fault('/screenings', 'TOO_SHORT')
  if (lines.length > screeningsPerBatchMax) throw new Problem('BATCH_TOO_LARGE')
  return lines
}

const idOf = (line: unknown): string => {
  const id = typeof line === 'object' && line !== null && 'id' in line ? line.id : ''
  return typeof id === 'string' && id.length === 36 ? id : ''
}

type BatchLine = Static<typeof BatchAnswer>['lines'][number]

/** What became of one line of a batch: whatever goes wrong with it is its own. */
const lineOf = (line: unknown, outcome: EntryOutcome, request: FastifyRequest): BatchLine => {
  const id = idOf(line)
  try {
    if (outcome instanceof Problem) throw outcome
    return { id, status: 'recorded', answer: outcome.answer() }
  } catch (error) {
    const document = problemDocument(toProblem(error), request)
    if (document.status >= 500) request.log.error({ code: document.code }, 'line of a batch failed')
    return { id, status: 'refused', problem: document }
  }
}

/** Intake's plugin: the screenings of the site that the actor works at. */
export const intakeModule =
  (platform: Platform, dependencies: IntakeRouteDependencies): FastifyPluginAsync =>
  async (app) => {
    const intake = openIntake(platform, dependencies)
    const { database, clock } = platform
    const readings = makeReadings(platform)
    const recorded = platform.metrics.counter(
      'sidep_screenings_total',
      'Screenings answered, by outcome.',
    )
    const flight = makeInFlightBound(screeningsInFlight)
    platform.metrics.gauge('sidep_intake_in_flight', 'Requests of intake in work.', flight.count)

    app.addHook('onRequest', async (_, reply) => {
      refuseGone(reply)
      flight.enter()
      reply.raw.once('close', flight.leave)
    })
    app.addHook('preHandler', dependencies.requireSite)

    const entriesOf = async (
      actor: SiteActor,
      rows: readonly StoredScreening[],
    ): Promise<ScreeningEntry[]> => {
      const seen = { view: 'list', role: roleOf(actor) } as const
      // A screening that waits for its result has told nobody yet.
      const told = rows.filter(({ state }) => state === 'final').map(({ id }) => id)
      const deliveries = await deliveriesOf(database, actor.site.id, told)
      return rows.flatMap(
        (row) => storedEntry(platform, actor.site, row, seen, deliveries.get(row.id)) ?? [],
      )
    }

    /** What of a page's rows is shown, once it is written down that it is. */
    const listOf = async (
      request: FastifyRequest,
      page: string,
      rows: readonly StoredScreening[],
    ): Promise<ScreeningList> => {
      const actor = actorOf(request)
      const entries = await entriesOf(actor, rows.slice(0, listRowsMax))
      await readings.listed(actor, { act: 'screenings.listed', page, shown: entries.length })
      return { screenings: entries, truncated: rows.length > listRowsMax }
    }

    app.post(
      routes.screenings,
      {
        schema: schemaOf(endpoints.recordScreening),
        validatorCompiler: parsedByIntake,
      },
      async (request, reply) => {
        const actor = actorOf(request)
        dependencies.pace.check(actor)
        const [outcome = new Problem('INTERNAL')] = await intake.record([
          { input: request.body, actor },
        ])
        if (outcome instanceof Problem) throw outcome
        const { isReplay } = outcome
        const answer = outcome.answer()
        if (!isReplay) dependencies.pace.count(actor, answer.id)
        recorded.increment({ outcome: isReplay ? 'replayed' : answer.state })
        return reply.code(isReplay ? 200 : 201).send(answer)
      },
    )

    app.post(
      routes.screeningsBatch,
      {
        schema: schemaOf(endpoints.recordScreenings),
        validatorCompiler: parsedByIntake,
        bodyLimit: batchBodyBytesMax,
      },
      async (request) => {
        const actor = actorOf(request)
        dependencies.pace.check(actor)
        const given = linesOf(request.body)
        const outcomes = await intake.record(given.map((input) => ({ input, actor })))
        const lines = outcomes.map((outcome, index) => lineOf(given[index], outcome, request))
        for (const { id, status } of lines)
          if (status === 'recorded') dependencies.pace.count(actor, id)
        for (const { status } of lines) recorded.increment({ outcome: `batch-${status}` })
        return { lines }
      },
    )

    app.get<{ Querystring: Static<typeof endpoints.listScreenings.query> }>(
      routes.screenings,
      { schema: schemaOf(endpoints.listScreenings) },
      async (request) => {
        const { site } = actorOf(request)
        const { day, state } = request.query
        if (state === 'waiting') {
          return listOf(request, state, await listWaiting(database, site.id, listRowsMax + 1))
        }
        const timeZone = timeZoneOf(site.postalCode)
        const wanted = day === undefined ? dayIn(clock.now(), timeZone) : parseDay(day)
        if (wanted === undefined) {
          throw new Problem('REQUEST_INVALID', { faults: [{ pointer: '/day', code: 'MALFORMED' }] })
        }
        const rows = await listDay(database, site.id, wanted, timeZone, listRowsMax + 1)
        return listOf(request, `day:${wanted}`, rows)
      },
    )

    app.post<{ Body: ScreeningSearch }>(
      routes.screeningSearch,
      { schema: schemaOf(endpoints.searchScreenings) },
      async (request): Promise<ScreeningList> => {
        const actor = actorOf(request)
        const { text, day } = request.body
        const date = day === undefined ? undefined : parseDay(day)
        if (day !== undefined && date === undefined) {
          throw new Problem('REQUEST_INVALID', { faults: [{ pointer: '/day', code: 'MALFORMED' }] })
        }
        const { identifyingDays } = platform.configuration.retention
        const found = await searchScreenings(platform, {
          siteId: actor.site.id,
          text,
          day: date === undefined ? null : { date, timeZone: timeZoneOf(actor.site.postalCode) },
          keptSince: new Date(clock.now().getTime() - identifyingDays * dayMilliseconds),
        })
        const entries = await entriesOf(actor, found.rows)
        const among = date === undefined ? 'all' : `day:${date}`
        await readings.searched(actor, among, entries.length)
        return { screenings: entries, truncated: found.isTruncated }
      },
    )

    app.get<{ Params: { id: string } }>(
      routes.screeningHistory,
      { schema: schemaOf(endpoints.readScreeningHistory) },
      async (request): Promise<ScreeningHistory> => {
        const actor = actorOf(request)
        const row = await intake.find(request.params.id, actor)
        if (storedPerson(platform, actor.site.id, row) === undefined)
          throw new Problem('SCREENING_UNKNOWN')
        // Before it is read: this reading, too, is part of what happened.
        await readings.opened(actor, row.id)
        return historyOf(database, actor.site.id, row)
      },
    )

    app.get<{ Params: { id: string } }>(
      routes.screening,
      { schema: schemaOf(endpoints.readScreening) },
      async (request) => {
        const actor = actorOf(request)
        const row = await intake.find(request.params.id, actor)
        const seen = { view: 'opened', role: roleOf(actor) } as const
        const deliveries = await deliveriesOf(database, actor.site.id, [row.id])
        const entry = storedEntry(platform, actor.site, row, seen, deliveries.get(row.id))
        if (entry === undefined) throw new Problem('SCREENING_UNKNOWN')
        await readings.opened(actor, row.id)
        return entry
      },
    )

    app.post<{ Params: { id: string } }>(
      routes.screeningResult,
      {
        schema: schemaOf(endpoints.setScreeningResult),
        validatorCompiler: parsedByIntake,
      },
      async (request) => {
        const actor = actorOf(request)
        const settled = await intake.settle(request.params.id, request.body, actor)
        const answer = settled.answer()
        if (settled.isReplay) await readings.opened(actor, answer.id)
        recorded.increment({ outcome: 'settled' })
        return answer
      },
    )

    app.post<{ Params: { id: string } }>(
      routes.screeningConfirmation,
      {
        ...dependencies.guardAct('signed'),
        schema: schemaOf(endpoints.confirmScreening),
      },
      async (request) => {
        const actor = actorOf(request)
        const by = { kind: 'colleague', actor } as const
        const confirmed = await intake.confirm(actor.site, request.params.id, by)
        const answer = confirmed.answer()
        if (confirmed.isReplay) await readings.opened(actor, answer.id)
        return answer
      },
    )

    registerCorrections(app, {
      correcting: openCorrecting(platform, { ...dependencies, find: intake.find }),
      actorOf,
      guardAct: dependencies.guardAct,
      pace: dependencies.pace,
      readings,
      onRevoked: dependencies.onRevoked ?? (() => undefined),
    })

    app.post<{ Params: { id: string } }>(
      routes.screeningSend,
      { schema: schemaOf(endpoints.sendLinkAgain) },
      async (request, reply) => {
        const actor = actorOf(request)
        const row = await intake.find(request.params.id, actor)
        if (row.withdrawn_at !== null) throw new Problem('SCREENING_WITHDRAWN')
        const person = storedPerson(platform, actor.site.id, row)
        if (person === undefined) throw new Problem('SCREENING_UNKNOWN')
        const missing = row.state === 'waiting' ? '/result' : '/person/contact'
        const topics = row.state === 'waiting' ? [] : linkTopicsFor(person.person.contact)
        if (topics.length === 0) {
          throw new Problem('REQUEST_INVALID', { faults: [{ pointer: missing, code: 'REQUIRED' }] })
        }
        const at = clock.now()
        const sent = await sendAgain(database, {
          screeningId: row.id,
          actor,
          at,
          topics,
          perHourMax: sendAgainPerHourMax,
        })
        if (!sent) throw new Problem('TOO_MANY_REQUESTS', { retryAfterSeconds: 3_600 })
        return reply.code(202).send({ topics })
      },
    )
  }
