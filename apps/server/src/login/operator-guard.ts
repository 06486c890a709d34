/** Before every route of operations: whether the person signed in has one of the roles that its endpoint names. */
import type { ActWeight, OperatorRole } from '@sidep/contracts'
import type { FastifyRequest } from 'fastify'
import type { GuardAct } from '../platform/act.ts'
import type { GuardOperator, Operating } from '../platform/operating.ts'
import { Problem } from '../platform/problems.ts'
import type { Reread } from '../platform/reread.ts'
import type { Guards } from './guards.ts'
import type { RolesByPerson } from './operators.ts'

export interface OperatorGuardDependencies {
  readonly guards: Pick<Guards, 'personOf'>
  readonly guardAct: GuardAct
  readonly roles: Reread<RolesByPerson>
}

export interface OperatorGuard {
  readonly guardOperator: GuardOperator
  /** @throws Problem as the guards of sessions do, and ROLE_REQUIRED */
  readonly operatorOf: (
    request: FastifyRequest,
    allowed: readonly OperatorRole[],
  ) => Promise<Operating>
}

export const makeOperatorGuard = ({
  guards,
  guardAct,
  roles,
}: OperatorGuardDependencies): OperatorGuard => {
  const operatorOf: OperatorGuard['operatorOf'] = async (request, allowed) => {
    const session = await guards.personOf(request)
    const held = (await roles.current()).get(session.person.id) ?? []
    if (!held.some((role) => allowed.includes(role))) throw new Problem('ROLE_REQUIRED')
    return { session, person: session.person, roles: held }
  }
  const weighed = (weight: ActWeight | undefined) =>
    weight === undefined ? null : guardAct(weight)
  return {
    operatorOf,
    guardOperator: ({ roles: allowed = [], weight }) => {
      const act = weighed(weight)
      return {
        config: { roles: allowed, ...act?.config },
        ...(act === null ? {} : { preParsing: act.preParsing }),
        async preHandler(request, reply) {
          // Whoever may not do it is told so before they are asked to sign it.
          request.operating = await operatorOf(request, allowed)
          await act?.preHandler.call(this, request, reply)
        },
      }
    },
  }
}
