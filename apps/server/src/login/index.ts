/**
 * Login: the doors to a session, and the session itself.
 *
 * Invariants
 * - A session that is open needs neither its door nor the database (invariant 4).
 * - Nobody gets in but a permitted profession with a valid national id and a site.
 * - The server starts, and open sessions work, whether or not the identity provider answers.
 */
import { type Door, routes } from '@sidep/contracts'
import type { FastifyPluginAsync } from 'fastify'
import type { GuardAct } from '../platform/act.ts'
import type { Platform } from '../platform/context.ts'
import type { AdmitSignIn } from '../platform/new-sign-in.ts'
import type { UserSignals } from '../platform/user-signals.ts'
import { makeActGuard } from './act-guard.ts'
import { type AttemptLimits, makeAttempts } from './attempts.ts'
import { makeCardDoor, type OpenCardDoor } from './card/door.ts'
import { makeCookies } from './cookies.ts'
import { registerDelegationRoutes } from './delegation/routes.ts'
import { makeDeviceProofs } from './device-proof.ts'
import type { DoorSource, DoorState } from './door-board.ts'
import { registerDoorRoutes } from './door-routes.ts'
import { makeBackchannelDoor } from './ecps/backchannel.ts'
import type { CircuitPace } from './ecps/circuit.ts'
import { makeEcpsDoor } from './ecps/door.ts'
import { makeLogoutTokens } from './ecps/logout-token.ts'
import {
  defaultTimeouts,
  makeProviderConnection,
  type ProviderTimeouts,
} from './ecps/provider-connection.ts'
import { makeProviderMemory } from './ecps/provider-memory.ts'
import { registerBackchannelRoutes } from './ecps-backchannel-routes.ts'
import { registerLogoutRoutes } from './ecps-logout-routes.ts'
import { registerEcpsRoutes, type SignInCounter } from './ecps-routes.ts'
import type { EndableSession } from './ended-sessions.ts'
import { type Guard, type Guards, makeGuards } from './guards.ts'
import { registerOpenSessionRoutes } from './open-session-routes.ts'
import { makeOperatorGuard, type OperatorGuard } from './operator-guard.ts'
import { openRoles } from './operators.ts'
import { makePace, type Pace } from './pace.ts'
import { registerSessionRoutes } from './session-routes.ts'
import { makeSessionTokens, sessionMacOf } from './session-token.ts'
import { makeSessionWatch, type SessionWatch } from './session-watch.ts'
import { makeSignInSignals } from './sign-in-signals.ts'

export interface LoginModule {
  readonly plugin: FastifyPluginAsync
  /** The session of a request, or a Problem as the guards have it; admission asks before they do. */
  readonly sessionOf: Guards['sessionOf']
  /** PreHandler: sets `request.actor`, or refuses with a SESSION_… code or ORIGIN_REFUSED. */
  readonly requireSession: Guard
  /** PreHandler: the same, and a site is chosen, or SITE_NOT_CHOSEN. */
  readonly requireSite: Guard
  /** Route options of acts that need the signature of the session's device, and a fresh sign-in where told. */
  readonly guardAct: GuardAct
  /** For operations: who may, and who asks. */
  readonly operators: OperatorGuard
  /** How each door stands by what this process knows, from memory. */
  readonly doorStandings: () => readonly DoorStanding[]
  /** How fast screenings come in under one name. */
  readonly pace: Pick<Pace, 'check' | 'checkBacklog' | 'count'>
  /** Whether something ended what this names, from memory. */
  readonly isEnded: (session: EndableSession) => boolean
  /** Ends what an entry names: here at once, in other processes within seconds. */
  readonly endSessions: SessionWatch['end']
  /** Opens the ports of door `card`, whose programs are admitted as told; null when none is configured. */
  readonly openCardDoor: ((admitSignIn: AdmitSignIn) => Promise<OpenCardDoor>) | null
}

export interface DoorStanding {
  readonly door: Door
  readonly state: DoorState
  readonly since: Date | null
}

export interface LoginDependencies {
  readonly timeouts?: ProviderTimeouts
  readonly pace?: CircuitPace
  /** Time between readings of the list of ended sessions, milliseconds. */
  readonly watchMilliseconds?: number
  readonly attemptLimits?: AttemptLimits
  /** Booklets ended with their session: verifiers are to hear of it. */
  readonly bookletsEnded?: () => void
  /** Told the code of each flag that login writes. */
  readonly onFlags?: (codes: readonly string[]) => void
  /** What sign-ins come to is counted there; absent: nowhere. */
  readonly signals?: Pick<UserSignals, 'began' | 'ended' | 'left'>
}

const uncounted: Pick<UserSignals, 'began' | 'ended' | 'left'> = {
  began: () => undefined,
  ended: () => undefined,
  left: () => undefined,
}

/**
 * Builds the module.
 *
 * @param dependencies time-outs towards the identity provider, where the defaults do not fit
 */
export const loginModule = (
  platform: Platform,
  dependencies: LoginDependencies = {},
): LoginModule => {
  const { configuration, publicUrl, clock, metrics } = platform
  const origin = new URL(publicUrl).origin
  const tokens = makeSessionTokens({
    signer: platform.sessionSigner,
    mac: sessionMacOf(platform.vault),
    now: () => clock.now(),
    life: configuration,
  })
  const cookies = makeCookies(publicUrl)
  const ecps = openEcps(platform, dependencies)
  const card =
    configuration.card === null
      ? null
      : makeCardDoor({ platform, configuration: configuration.card, tokens, cookies })
  const doors: DoorSource[] = [ecps, card].flatMap((door) => (door === null ? [] : [door.source]))
  const watch = makeSessionWatch({
    platform,
    doors,
    ...(dependencies.watchMilliseconds === undefined
      ? {}
      : { everyMilliseconds: dependencies.watchMilliseconds }),
    ...(dependencies.bookletsEnded === undefined
      ? {}
      : { bookletsEnded: dependencies.bookletsEnded }),
  })
  const guards = makeGuards({ tokens, cookies }, origin, watch, clock, configuration)
  const proofs = makeDeviceProofs(origin, () => clock.now())
  const pace = makePace({
    platform,
    onFlags: dependencies.onFlags ?? (() => undefined),
    isSignInPossible: () => !watch.allDoorsDown(),
  })
  const { guardAct, isSigned } = makeActGuard({ platform, guards, proofs, watch })
  const operators = makeOperatorGuard({ guards, guardAct, roles: openRoles(platform) })
  const signIns = makeSignInSignals({
    platform,
    cookies,
    signals: dependencies.signals ?? uncounted,
  })
  const outcomes = metrics.counter('sidep_sign_ins_total', 'Sign-ins by door and outcome')
  const count: SignInCounter = (code) => outcomes.increment({ door: 'ecps', code })

  return {
    plugin: async (app) => {
      // Other modules' routes are declared beside this one; whoever comes first declares the place.
      if (!app.hasRequestDecorator('actor')) app.decorateRequest('actor', null)
      const shared = {
        platform,
        guards,
        tokens,
        cookies,
        watch,
        proofs,
        guardAct,
        isSigned,
        signIns,
      }
      registerSessionRoutes(app, shared)
      registerOpenSessionRoutes(app, shared)
      registerDelegationRoutes(app, shared)
      registerDoorRoutes(app, { doors, watch, looked: async () => ecps?.connection.looked() })
      registerEcpsRoutes(app, { ...shared, ecps, count })
      registerBackchannelRoutes(app, {
        ...shared,
        backchannel: ecps?.backchannel ?? null,
        attempts: makeAttempts(platform, dependencies.attemptLimits),
        count,
      })
      registerLogoutRoutes(app, { ...shared, ecps })
      card?.register(app, watch, signIns)
      app.addHook('onReady', async () => {
        await ecps?.connection.start()
        await watch.start()
        pace.start()
      })
      app.addHook('onClose', async () => {
        await Promise.all([ecps?.connection.stop(), watch.stop(), pace.stop()])
      })
    },
    sessionOf: guards.sessionOf,
    requireSession: guards.requireSession,
    requireSite: guards.requireSite,
    guardAct,
    operators,
    doorStandings: () =>
      doors.map((source) => ({
        door: source.door,
        state: watch.stateOf(source),
        since: watch.downSince(source),
      })),
    pace,
    isEnded: (session) => watch.endedBy(session) !== null,
    endSessions: watch.end,
    openCardDoor: card === null ? null : (admitSignIn) => card.open(admitSignIn, watch),
  }
}

/** Door `ecps`, when an identity provider is configured. */
const openEcps = (platform: Platform, { timeouts = defaultTimeouts, pace }: LoginDependencies) => {
  const { configuration, publicUrl, clock, randomBytes, log } = platform
  if (configuration.ecps === null) return null
  const { issuer, clientId } = configuration.ecps
  const connection = makeProviderConnection(configuration.ecps, {
    clock,
    log,
    randomBytes,
    memory: makeProviderMemory(platform, issuer),
    timeouts,
    ...(pace === undefined ? {} : { pace }),
  })
  const source: DoorSource = {
    door: 'ecps',
    url: routes.loginEcps,
    backchannelUrl: routes.loginEcpsBackchannel,
    state: () => connection.state(),
    retryAfterSeconds: () => connection.retryAfterSeconds(),
  }
  return {
    connection,
    source,
    door: makeEcpsDoor({ connection, publicUrl, clock, randomBytes }),
    backchannel: makeBackchannelDoor({ connection, clock, randomBytes }),
    logoutTokens: makeLogoutTokens({ issuer, clientId, connection, clock }),
  }
}
