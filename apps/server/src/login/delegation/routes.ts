/** `/api/delegations`: whom a professional lets work under their responsibility, and for whom somebody may work. */

import {
  type DelegationInput,
  type DelegationList,
  type FieldFault,
  routes,
} from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import { makeUuidV7, parseUuidV7 } from '@sidep/identifiers'
import { dayMilliseconds } from '@sidep/time'
import type { FastifyInstance } from 'fastify'
import { recordAct } from '../../audit/chain.ts'
import { makeReadings } from '../../audit/readings.ts'
import { schemaOf } from '../../platform/contract.ts'
import { Problem } from '../../platform/problems.ts'
import { lastEndOf, type Session } from '../session.ts'
import type { SessionRouteDependencies } from '../session-routes.ts'
import { parseStaffId } from './staff-id.ts'
import {
  type Delegation,
  delegationView,
  endDelegation,
  findDelegation,
  insertDelegation,
  listDelegations,
  openDelegationsOf,
  sitesOf,
} from './store.ts'

/** A locum for a season; longer ones are granted again, so that none is forgotten. */
const daysMax = 92
const minutesMin = 5
/** At one site at once: the staff of a large vaccination centre. */
const openMax = 100

// RFC 3339 with an offset: a bare local time would mean another moment overseas.
const timeWithOffset =
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/

const parseEnd = (text: string, now: Date): Date | null => {
  const end = timeWithOffset.test(text) ? new Date(text) : new Date(Number.NaN)
  const milliseconds = end.getTime() - now.getTime()
  const isSound = milliseconds >= minutesMin * 60_000 && milliseconds <= daysMax * dayMilliseconds
  return isSound ? end : null
}

type AtSite = Session & { readonly site: NonNullable<Session['site']> }

export const registerDelegationRoutes = (
  app: FastifyInstance,
  { platform, guards, watch, guardAct }: SessionRouteDependencies,
): void => {
  const { database, clock, randomBytes, configuration } = platform
  const readings = makeReadings(platform)

  const atSite = (session: Session): AtSite => {
    if (session.site === null) throw new Problem('SITE_NOT_CHOSEN')
    return { ...session, site: session.site }
  }
  /** Who delegates is there in person: what was delegated to somebody is not theirs to hand on. */
  const inPerson = (session: Session): AtSite => {
    if (session.operator !== null) throw new Problem('DELEGATION_NOT_PERMITTED')
    return atSite(session)
  }

  const audit = (
    act: 'delegation.granted' | 'delegation.revoked',
    session: AtSite,
    id: string,
  ): Promise<void> =>
    recordAct(database, {
      siteId: session.site.id,
      at: clock.now(),
      act,
      actor: session,
      subject: id,
    })

  app.get(routes.delegations, async (request, reply): Promise<DelegationList> => {
    reply.header('cache-control', 'no-store')
    const session = atSite(await guards.sessionOf(request))
    const { site } = session
    const found = await listDelegations(platform, site.id, clock.now())
    const page = { act: 'delegations.listed', page: 'site', shown: found.length } as const
    await readings.listed(session, page)
    return { delegations: found.map((delegation) => delegationView(delegation, site)) }
  })

  app.get(routes.delegationsForMe, async (request, reply): Promise<DelegationList> => {
    reply.header('cache-control', 'no-store')
    const { person } = await guards.personOf(request)
    const found = await openDelegationsOf(platform, person.id, clock.now())
    const sites = await sitesOf(platform, [...new Set(found.map(({ siteId }) => siteId))])
    return {
      delegations: found.flatMap((delegation) => {
        const site = sites.get(delegation.siteId)
        return site === undefined ? [] : [delegationView(delegation, site)]
      }),
    }
  })

  app.post<{ Body: DelegationInput }>(
    routes.delegations,
    {
      ...guardAct('fresh'),
      schema: schemaOf(endpoints.grantDelegation),
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const session = inPerson(await guards.sessionOf(request))
      const now = clock.now()
      const staff = parseStaffId(request.body.staffId, session.site.id)
      const endsAt = parseEnd(request.body.endsAt, now)
      const staffName = request.body.staffName.replace(/\s+/g, ' ').trim()
      const faults: FieldFault[] = []
      if (!staff.ok) faults.push({ pointer: '/staffId', code: staff.code })
      else if (staff.value === session.person.id)
        faults.push({ pointer: '/staffId', code: 'NOT_ALLOWED' })
      if (staffName === '') faults.push({ pointer: '/staffName', code: 'NAME_EMPTY' })
      if (endsAt === null) faults.push({ pointer: '/endsAt', code: 'NOT_ALLOWED' })
      if (!staff.ok || endsAt === null || faults.length > 0) {
        throw new Problem('REQUEST_INVALID', { faults })
      }
      const delegation: Delegation & { readonly staffName: string } = {
        siteId: session.site.id,
        id: makeUuidV7(now, randomBytes),
        responsible: session.person,
        staffId: staff.value,
        staffName,
        createdAt: now,
        endsAt,
        revokedAt: null,
      }
      if (!(await insertDelegation(platform, delegation, openMax))) {
        throw new Problem('DELEGATIONS_TOO_MANY')
      }
      await audit('delegation.granted', session, delegation.id)
      return reply.code(201).send(delegationView(delegation, session.site))
    },
  )

  app.delete<{ Params: { id: string } }>(
    routes.delegation,
    { ...guardAct('fresh-if-possible'), schema: schemaOf(endpoints.endDelegation) },
    async (request, reply) => {
      const session = inPerson(await guards.sessionOf(request))
      const id = parseUuidV7(request.params.id)
      const found = id.ok ? await findDelegation(platform, session.site.id, id.value) : undefined
      if (found === undefined) throw new Problem('DELEGATION_UNKNOWN')
      if (found.responsible.id !== session.person.id) throw new Problem('DELEGATION_NOT_PERMITTED')
      const now = clock.now()
      const isEndedNow = await endDelegation(platform, found.siteId, found.id, now)
      // Written again when it had ended before: the first try may have been cut off between the two.
      await watch.end(
        {
          kind: 'delegation',
          subject: found.id,
          before: now,
          exceptSessionId: null,
          expiresAt: lastEndOf(now, configuration),
        },
        'withdrawn',
        session.person.id,
      )
      if (isEndedNow) await audit('delegation.revoked', session, found.id)
      return reply.code(204).send()
    },
  )
}
