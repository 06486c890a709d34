/**
 * What sign-ins come to, by door and place, for those who watch (platform/user-signals.ts). A browser that somebody worked at
 * says where it is by a sealed cookie, which holds a site and nobody; of another one only the network is known, and as a hash.
 */
import { type Door, problemRegistry } from '@sidep/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Platform } from '../platform/context.ts'
import { isProbeSite } from '../platform/probe-sites.ts'
import { type Problem, toProblem } from '../platform/problems.ts'
import {
  type Ending,
  placeOfAddress,
  placeOfSite,
  type SignalPlace,
  type UserSignals,
} from '../platform/user-signals.ts'
import type { Cookies } from './cookies.ts'
import { waits } from './failed-sign-in.ts'
import { openValue, sealValue } from './sealed-value.ts'
import type { SessionFacts } from './session.ts'

/** One sign-in that set out, until it is known what became of it. */
export interface SignInSignals {
  began(door: Door, request: FastifyRequest): void
  /** @param startedAtSeconds of its transaction */
  cameIn(door: Door, request: FastifyRequest, startedAtSeconds: number): void
  /** @param startedAtSeconds null: it did not get so far, or is not known any more */
  refused(
    door: Door,
    request: FastifyRequest,
    error: unknown,
    startedAtSeconds: number | null,
  ): void
  /** Somebody signed out where that session worked. */
  left(session: Pick<SessionFacts, 'site'>): void
  /** The browser is at that session's site from now on. */
  remember(reply: FastifyReply, session: Pick<SessionFacts, 'site'>): void
}

interface Dependencies {
  readonly platform: Pick<Platform, 'vault' | 'clock' | 'configuration'>
  readonly cookies: Cookies
  readonly signals: Pick<UserSignals, 'began' | 'ended' | 'left'>
}

const Place = Type.Object({ site: Type.String(), department: Type.String() })
const context = 'sign-in-place'
const cookieCharactersMax = 400
/** As long as a browser stays known. */
const secondsMax = 90 * 86_400
/** What the watcher's probes call themselves; whoever else does is not counted either, and loses nothing by it. */
const probeAgent = 'sidep-probe'

const endingOf = ({ code }: Problem): Ending =>
  problemRegistry[code].status >= 500 ? 'failed' : 'refused'

export const makeSignInSignals = ({ platform, cookies, signals }: Dependencies): SignInSignals => {
  const { vault, clock, configuration } = platform

  /** Null: a probe. */
  const placeOf = (request: FastifyRequest): SignalPlace | null => {
    if (request.headers['user-agent'] === probeAgent) return null
    const value = cookies.read(request.headers.cookie, cookies.placeName)
    const known = openValue(vault, context, Place, value, cookieCharactersMax)
    if (known === null) return placeOfAddress(platform, request.ip)
    if (isProbeSite(configuration, known.site)) return null
    return { department: known.department, source: known.site }
  }

  const ended = (
    door: Door,
    request: FastifyRequest,
    startedAtSeconds: number,
    ending: Ending,
  ): void => {
    const place = placeOf(request)
    if (place !== null) signals.ended(door, place, new Date(startedAtSeconds * 1_000), ending)
  }

  return {
    began: (door, request) => {
      const place = placeOf(request)
      if (place !== null) signals.began(door, place, clock.now())
    },
    cameIn: (door, request, startedAtSeconds) => ended(door, request, startedAtSeconds, 'came-in'),
    refused: (door, request, error, startedAtSeconds) => {
      const problem = toProblem(error)
      if (waits.has(problem.code)) return
      const place = placeOf(request)
      if (place === null) return
      const now = clock.now()
      // What was refused on the doorstep set out all the same.
      if (startedAtSeconds === null) signals.began(door, place, now)
      const beganAt = startedAtSeconds === null ? now : new Date(startedAtSeconds * 1_000)
      signals.ended(door, place, beganAt, endingOf(problem))
    },
    left: ({ site }) => {
      if (site === null || isProbeSite(configuration, site.id)) return
      signals.left(placeOfSite(site), clock.now())
    },
    remember: (reply, { site }) => {
      if (site === null) return
      const { department, source } = placeOfSite(site)
      const value = sealValue(vault, context, { site: source, department })
      reply.header('set-cookie', cookies.set(cookies.placeName, value, secondsMax, '/login/'))
    },
  }
}
