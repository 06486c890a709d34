/** At the counter: which software asks to work for the professional, what they decide, and taking it back. */
import {
  routes,
  type VendorDecisionInput,
  type VendorDelegationList,
  type VendorRequestInput,
} from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import { makeUuidV7, parseUuidV7 } from '@sidep/identifiers'
import { timeZoneOf } from '@sidep/screening'
import { dayAfter, dayIn, hourMilliseconds, minuteMilliseconds, momentIn } from '@sidep/time'
import type { FastifyPluginAsync, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify'
import type { GuardAct } from '../platform/act.ts'
import type { Actor, SiteActor } from '../platform/actor.ts'
import { makeBoundedCache } from '../platform/bounded-cache.ts'
import type { Platform } from '../platform/context.ts'
import { schemaOf } from '../platform/contract.ts'
import { Problem } from '../platform/problems.ts'
import { delegationView, revocableOf, type VendorDelegation } from './delegation.ts'
import { delegationsOf, endDelegation, findOwnDelegation } from './delegation-store.ts'
import { openRegister, type Vendor } from './register.ts'
import { acceptRequest, findRequest, refuseRequest, type VendorRequest } from './requests.ts'
import { readUserCode } from './user-code.ts'

export interface CounterRouteDependencies {
  /** Login's guards; they set `request.actor`. */
  readonly requireSession: preHandlerAsyncHookHandler
  readonly requireSite: preHandlerAsyncHookHandler
  readonly guardAct: GuardAct
  /** Whether something ended it, from memory. */
  readonly isEnded: (delegation: ReturnType<typeof revocableOf>) => boolean
  /** Ends every token of a delegation in all processes within seconds. */
  readonly revoke: (delegation: VendorDelegation, at: Date, by: string) => Promise<void>
}

/** Wrong codes of one person in one process: somebody who mistypes is not stopped, somebody who guesses is. */
const wrongMax = 10
const windowMilliseconds = 10 * minuteMilliseconds
const personsMax = 10_000

/** The end of the day at the site; of the next one for who accepts in its last hour. */
export const endOfDay = (postalCode: string | null, now: Date): Date => {
  const zone = timeZoneOf(postalCode)
  const day = dayIn(new Date(now.getTime() + hourMilliseconds), zone)
  return new Date(momentIn(dayAfter(day, 1), '00:00', zone).getTime() - minuteMilliseconds)
}

/** Who answers for it is there in person: what was delegated to somebody is not theirs to hand on. */
const inPerson = ({ actor }: FastifyRequest): SiteActor => {
  if (actor === null) throw new Problem('SESSION_MISSING')
  if (actor.operator) throw new Problem('DELEGATION_NOT_PERMITTED')
  if (actor.site === null) throw new Problem('SITE_NOT_CHOSEN')
  return { ...actor, site: actor.site }
}

const personOf = ({ actor }: FastifyRequest): Actor => {
  if (actor === null) throw new Problem('SESSION_MISSING')
  return actor
}

const idOf = ({ operator, professionalId }: Actor): string => operator?.id ?? professionalId

/** Counts the wrong codes of a person. */
const makeGuessing = (now: () => Date) => {
  const counts = makeBoundedCache<{ since: number; wrong: number }>(personsMax)
  const current = (id: string) => {
    const at = now().getTime()
    const known = counts.get(id)
    return known === undefined || at - known.since > windowMilliseconds
      ? { since: at, wrong: 0 }
      : known
  }
  return {
    /** @throws Problem TOO_MANY_REQUESTS */
    refuse(id: string): void {
      const { since, wrong } = current(id)
      if (wrong < wrongMax) return
      const milliseconds = since + windowMilliseconds - now().getTime()
      throw new Problem('TOO_MANY_REQUESTS', {
        retryAfterSeconds: Math.max(1, Math.ceil(milliseconds / 1_000)),
      })
    },
    wasWrong(id: string): void {
      const { since, wrong } = current(id)
      counts.set(id, { since, wrong: wrong + 1 })
    },
  }
}

/** @param platform its `database` is login's pool */
export const vendorCounterModule =
  (platform: Platform, dependencies: CounterRouteDependencies): FastifyPluginAsync =>
  async (app) => {
    const { database, clock, randomBytes } = platform
    const { requireSession, requireSite, guardAct, isEnded, revoke } = dependencies
    const register = openRegister(platform)
    const guessing = makeGuessing(clock.now)

    /** Whoever asks may have been registered after what is held was read. */
    const vendorNamed = async (id: string): Promise<Vendor | undefined> => {
      const held = (await register.current()).byId.get(id)
      if (held !== undefined) return held
      register.changed()
      return (await register.current()).byId.get(id)
    }

    /** @throws Problem VENDOR_CODE_UNKNOWN, VENDOR_REQUEST_ELSEWHERE, TOO_MANY_REQUESTS */
    const requestOf = async (
      typed: string,
      actor: SiteActor,
    ): Promise<{ readonly request: VendorRequest; readonly vendor: Vendor }> => {
      guessing.refuse(actor.professionalId)
      const code = readUserCode(typed)
      const request = code === null ? undefined : await findRequest(database, code, clock.now())
      const vendor = request === undefined ? undefined : await vendorNamed(request.vendorId)
      if (request === undefined || vendor === undefined || vendor.suspended !== null) {
        guessing.wasWrong(actor.professionalId)
        throw new Problem('VENDOR_CODE_UNKNOWN')
      }
      if (request.siteId !== actor.site.id) {
        guessing.wasWrong(actor.professionalId)
        throw new Problem('VENDOR_REQUEST_ELSEWHERE')
      }
      return { request, vendor }
    }

    app.post<{ Body: VendorRequestInput }>(
      routes.vendorRequests,
      { preHandler: requireSite, schema: schemaOf(endpoints.readVendorRequest) },
      async (request, reply) => {
        reply.header('cache-control', 'no-store')
        const actor = inPerson(request)
        const asked = await requestOf(request.body.userCode, actor)
        return {
          vendor: { id: asked.vendor.id, name: asked.vendor.name },
          site: actor.site,
          scopes: [...asked.request.scopes],
          endsAt: endOfDay(actor.site.postalCode, clock.now()).toISOString(),
          askedAt: asked.request.askedAt.toISOString(),
        }
      },
    )

    const fresh = guardAct('fresh')
    app.post<{ Body: VendorDecisionInput }>(
      routes.vendorDecision,
      {
        ...fresh,
        preHandler: [fresh.preHandler, requireSite],
        schema: schemaOf(endpoints.decideVendorRequest),
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store')
        const actor = inPerson(request)
        const { userCode, decision } = request.body
        const asked = await requestOf(userCode, actor)
        const now = clock.now()
        if (decision === 'refuse') {
          await refuseRequest(database, asked.request, now)
          return reply.code(204).send()
        }
        const { professionalId: id, familyName, firstNames, profession, site } = actor
        const delegation: VendorDelegation = {
          id: makeUuidV7(now, randomBytes),
          vendorId: asked.vendor.id,
          site,
          professional: { id, familyName, firstNames, profession },
          device: asked.request.device,
          scopes: asked.request.scopes,
          signedInAt: actor.signedInAt,
          grantedAt: now,
          endsAt: endOfDay(site.postalCode, now),
        }
        if (!(await acceptRequest(database, asked.request, delegation, actor)))
          throw new Problem('VENDOR_CODE_UNKNOWN')
        return reply.code(201).send(delegationView(delegation, asked.vendor))
      },
    )

    app.get(
      routes.vendorDelegations,
      { preHandler: requireSession },
      async (request, reply): Promise<VendorDelegationList> => {
        reply.header('cache-control', 'no-store')
        const { byId } = await register.current()
        const found = await delegationsOf(database, idOf(personOf(request)), clock.now())
        return {
          delegations: found
            .filter((one) => !isEnded(revocableOf(one)))
            .map((one) =>
              delegationView(
                one,
                byId.get(one.vendorId) ?? { id: one.vendorId, name: one.vendorId },
              ),
            ),
        }
      },
    )

    const taking = guardAct('fresh-if-possible')
    app.delete<{ Params: { id: string } }>(
      routes.vendorDelegation,
      {
        ...taking,
        preHandler: [taking.preHandler, requireSession],
        schema: schemaOf(endpoints.endVendorDelegation),
      },
      async (request, reply) => {
        const actor = personOf(request)
        const id = parseUuidV7(request.params.id)
        const found = id.ok ? await findOwnDelegation(database, idOf(actor), id.value) : undefined
        if (found === undefined) throw new Problem('VENDOR_DELEGATION_UNKNOWN')
        const now = clock.now()
        await endDelegation(database, found, now, actor)
        // Written again when it had ended before: the first try may have been cut off between the two.
        await revoke(found, now, idOf(actor))
        return reply.code(204).send()
      },
    )
  }
