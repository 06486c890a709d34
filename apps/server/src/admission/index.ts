/**
 * Admission: what stands before every route (invariants 5, 6 and 12 of the house).
 *
 * Invariants
 * - A request in a session is refused before its body is read, with a time to come back, or works within bounds. A
 *   stranger's, which is small, is read first: nobody holds a slot by not sending it.
 * - What a request may take is decided by its route, its verified session and its address alone.
 * - New sign-ins beyond the pace of the portal wait in one room for all processes; nobody else ever does.
 * - Admission that cannot reach the database lets a part of the sign-ins through rather than none.
 */
import {
  makeGate,
  makeNetworkShares,
  makeSiteRates,
  type Settlement,
  type Shed,
  type TrafficClass,
} from '@sidep/admission'
import { type CapacityView, routes, safeReturnPath } from '@sidep/contracts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../platform/actor.ts'
import { monotonicMilliseconds, uniform } from '../platform/clock.ts'
import type { Platform } from '../platform/context.ts'
import { hasBody } from '../platform/has-body.ts'
import { addressKey, isOwnNetwork, networkOf } from '../platform/network-address.ts'
import type { AdmitSignIn } from '../platform/new-sign-in.ts'
import { Problem } from '../platform/problems.ts'
import { refusalPath } from '../platform/refusal-path.ts'
import { refuseGone } from '../platform/refuse-gone.ts'
import { doorOf, trafficOf } from './classify.ts'
import { gateSettingsOf, roomSettingsOf } from './configured.ts'
import { makeDoorAdmission } from './door-admission.ts'
import { makeEarlyRetryThrottle } from './early-retries.ts'
import { peopleInRoom, registerAdmissionMetrics } from './metrics.ts'
import { makePlaces } from './place.ts'
import { makePressure } from './pressure.ts'
import { makeProgramAdmission } from './program-admission.ts'
import { makeRoomKeeper } from './room-keeper.ts'
import { registerRoomRoutes } from './room-routes.ts'
import { makeRoomStore } from './room-store.ts'
import { shedLoad } from './shed-load.ts'
import { type Comer, makeSignInAdmission } from './sign-in-admission.ts'
import { makeSiteLine } from './site-line.ts'
import { makeSlots } from './slots.ts'

export interface AdmissionDependencies {
  /** The session of a request, which login reads once; throws a Problem when there is none. */
  readonly sessionOf: (request: FastifyRequest) => Promise<Pick<Actor, 'site' | 'professionalId'>>
  /** What the room's time is: the database's, or, in tests that move the clock, the process's. */
  readonly roomTime: 'database' | 'process'
  /** Monotonic milliseconds; the system's when absent. */
  readonly now?: () => number
  /** The traffic class of a route; what its endpoint says when absent. */
  readonly trafficOf?: typeof trafficOf
}

export interface Admission {
  /** For a door with a port of its own: its new sign-ins wait in the same room as all others. */
  readonly admitSignIn: AdmitSignIn
  /** How loaded this process is, and the room as it was last seen. */
  view(): CapacityView
  /** Puts admission before every route that is registered afterwards. */
  install(app: FastifyInstance): Promise<void>
}

const tickMilliseconds = 25
/** Somebody sent to the waiting room asks again there, not at the door: who is back at the door sooner than this is too early. */
const doorSecondsMax = 5

/** Where a request goes in, and out of whose share. */
interface Entering {
  readonly trafficClass: TrafficClass
  readonly key: string
}

const isLogin = (traffic: TrafficClass): boolean =>
  traffic === 'login' || traffic === 'login-return'

/** @param platform its `database` is login's pool: the room is part of signing in */
export const admissionModule = (
  platform: Platform,
  dependencies: AdmissionDependencies,
): Admission => {
  const { configuration, clock, randomBytes, metrics, vault, log } = platform
  const now = dependencies.now ?? monotonicMilliseconds
  const classify = dependencies.trafficOf ?? trafficOf
  const random = (): number => uniform(randomBytes)
  const gate = makeGate(random, gateSettingsOf(configuration))
  const rates = makeSiteRates()
  const siteLine = makeSiteLine()
  const pressure = makePressure(gate, now)
  const earlyRetries = makeEarlyRetryThrottle(now)
  const roomSettings = roomSettingsOf(configuration)
  const store = makeRoomStore(
    platform.database,
    roomSettings,
    dependencies.roomTime === 'process' ? () => clock.now() : null,
  )
  const refused = metrics.counter('sidep_admission_refused_total', 'Requests refused by admission.')
  const roomFailures = metrics.counter(
    'sidep_waiting_room_failures_total',
    'Turns of the waiting room that were not had.',
  )
  const keeper = makeRoomKeeper({
    store,
    settings: roomSettings,
    log,
    now: dependencies.roomTime === 'process' ? () => clock.now().getTime() : now,
    isPressed: pressure.isPressed,
    onFailure: () => roomFailures.increment(),
  })
  const places = makePlaces(vault, randomBytes, platform.publicUrl)
  const doors = new Map<string, string>([['ecps', routes.loginEcps]])
  const networks = makeNetworkShares()
  const comerOf = (request: FastifyRequest): Comer => ({
    cookie: request.headers.cookie,
    takePlace: () => {
      const key = addressKey(request.ip)
      return isOwnNetwork(key) ? 0 : networks.take(networkOf(key), now())
    },
  })
  const signInAdmission = makeSignInAdmission({ keeper, places, metrics, random })
  const doorAdmission = makeDoorAdmission({ signInAdmission, comerOf })
  const classes = new WeakMap<FastifyRequest, TrafficClass>()
  const slots = makeSlots(now, (request, tookMilliseconds) => {
    const traffic = classes.get(request)
    if (traffic === 'work') pressure.workTook(tookMilliseconds)
    else if (traffic !== undefined && isLogin(traffic)) pressure.signInTook(tookMilliseconds)
  })

  /** The site, or the professional who has chosen none; undefined without a session. */
  const sessionKey = async (
    request: FastifyRequest,
    isRequired: boolean,
  ): Promise<string | undefined> => {
    if (!isRequired && request.headers.cookie === undefined) return undefined
    try {
      const { site, professionalId } = await dependencies.sessionOf(request)
      return site?.id ?? professionalId
    } catch (error) {
      if (isRequired || !(error instanceof Problem)) throw error
      return undefined
    }
  }

  const refuse = (
    request: FastifyRequest,
    reply: FastifyReply,
    traffic: TrafficClass,
    { reason, retryAfterSeconds }: Omit<Shed, 'reason'> & { readonly reason: string },
  ): void => {
    refused.increment({ class: traffic, reason })
    const code = reason === 'site-share' ? 'SITE_SHARE_EXCEEDED' : 'UNAVAILABLE'
    earlyRetries.refused(request, reply, traffic, retryAfterSeconds)
    if (isLogin(traffic) && request.method !== 'POST') {
      // A browser on its way through a door gets a page that can explain, not a document for machines.
      const { return: wanted } = request.query as { readonly return?: unknown }
      const path = refusalPath({ code, retryAfterSeconds }, safeReturnPath(wanted))
      reply.header('cache-control', 'no-store').redirect(path, 303)
    } else {
      shedLoad(request, reply, code, retryAfterSeconds)
    }
  }

  /** Waits for a slot. @returns the refusal, or null when the request may work */
  const enter = (
    request: FastifyRequest,
    reply: FastifyReply,
    trafficClass: TrafficClass,
    key: string,
  ): Promise<Shed | null> =>
    new Promise((resolve, reject) => {
      refuseGone(reply)
      const route = `${request.method} ${request.routeOptions.url ?? 'none'}`
      const gone = (): void => {
        if (abandon()) reject(new Problem('UNAVAILABLE'))
      }
      const settle = (settlement: Settlement): void => {
        reply.raw.off('close', gone)
        if (settlement.ok) slots.hold(request, reply, settlement.entry)
        resolve(settlement.ok ? null : settlement.shed)
      }
      reply.raw.once('close', gone)
      const abandon = gate.arrive({ trafficClass, key, route }, now(), settle)
    })

  const enterOrRefuse = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { trafficClass, key }: Entering,
  ): Promise<void> => {
    const refusal = await enter(request, reply, trafficClass, key)
    if (refusal !== null) refuse(request, reply, trafficClass, refusal)
  }

  /** Whose bodies are on their way. */
  const incomplete = new WeakMap<FastifyRequest, Entering>()

  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { url } = request.routeOptions
    const traffic = classify(request.method, url)
    if (traffic === null) return
    const differs = traffic.signedIn !== traffic.anonymous
    const session = differs ? await sessionKey(request, traffic.anonymous === null) : undefined
    earlyRetries.saw(request, session)
    const trafficClass =
      session === undefined ? (traffic.anonymous ?? traffic.signedIn) : traffic.signedIn
    classes.set(request, trafficClass)
    if (session !== undefined) {
      const entry = rates.take(session, now())
      if (!entry.ok) {
        const retryAfterSeconds = Math.ceil(entry.retryAfterSeconds + 1 + 2 * random())
        return refuse(request, reply, trafficClass, { reason: 'site-share', retryAfterSeconds })
      }
      if (entry.waitMilliseconds > 0) await siteLine.hold(reply, entry.waitMilliseconds)
    }
    const door = doorOf(request.method, url)
    if (door !== undefined) {
      // A page's script stays where it is and waits there.
      if (request.method === 'POST') await doorAdmission.askToWait(request, reply)
      else {
        const seconds = await doorAdmission.sendToRoom(door, request, reply)
        if (seconds !== null) {
          const untilDoor = Math.min(seconds, doorSecondsMax)
          return earlyRetries.refused(request, reply, trafficClass, untilDoor)
        }
      }
    }
    const entering = { trafficClass, key: session ?? addressKey(request.ip) }
    // A body that a stranger sends drop by drop must not hold a slot until it is there.
    if (session === undefined && hasBody(request)) incomplete.set(request, entering)
    else await enterOrRefuse(request, reply, entering)
  }

  /** For whom the slot is taken once the body is there. */
  const admitWhole = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const entering = incomplete.get(request)
    if (entering !== undefined) await enterOrRefuse(request, reply, entering)
  }

  return {
    admitSignIn: makeProgramAdmission({
      signInAdmission,
      gate,
      // The key is a card, because behind a proxy all programs have one address.
      takePlace: (card) => networks.take(card, now()),
      now,
      onRefused: (reason) => refused.increment({ class: 'login', reason }),
      onLeft: pressure.signInTook,
    }),
    view: () => {
      const people = peopleInRoom(keeper)
      return {
        limit: gate.limit(),
        inFlight: gate.inFlight,
        waiting: gate.waiting,
        sitesActive: rates.active,
        room:
          keeper.last === null
            ? null
            : {
                isOpen: keeper.last.state.waiting,
                people,
                signInsPerSecond: keeper.last.state.pace,
              },
      }
    },
    async install(app) {
      registerAdmissionMetrics(metrics, { gate, keeper, rates, siteLine, earlyRetries })
      app.addHook('onRoute', (route) => {
        slots.watch(route)
        const door = route.method === 'GET' ? doorOf(route.method, route.url) : undefined
        if (door !== undefined) doors.set(door, route.url)
      })
      app.addHook('onRequest', admit)
      app.addHook('preValidation', admitWhole)
      const timer = setInterval(() => {
        pressure.cameRound(tickMilliseconds)
        gate.tick(now())
        earlyRetries.tick()
      }, tickMilliseconds)
      timer.unref()
      keeper.start()
      app.addHook('onClose', async () => {
        clearInterval(timer)
        keeper.stop()
      })
      await app.register(async (room) =>
        registerRoomRoutes(room, { signInAdmission, comerOf, doors }),
      )
    },
  }
}
