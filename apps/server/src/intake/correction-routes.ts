/** The counter's routes that put a screening right or take it back. */
import { type CorrectionInput, routes, type ScreeningWithdrawalInput } from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Readings } from '../audit/readings.ts'
import type { GuardAct } from '../platform/act.ts'
import type { SiteActor } from '../platform/actor.ts'
import { schemaOf } from '../platform/contract.ts'
import type { Correcting } from './correcting.ts'

interface Dependencies {
  readonly correcting: Correcting
  readonly actorOf: (request: FastifyRequest) => SiteActor
  readonly guardAct: GuardAct
  readonly pace: {
    check(actor: SiteActor): void
    count(actor: SiteActor, screeningId: string): void
  }
  readonly readings: Pick<Readings, 'opened'>
  /** Told of each certificate that no longer counts. */
  readonly onRevoked: () => void
}

export const registerCorrections = (
  app: FastifyInstance,
  { correcting, actorOf, guardAct, pace, readings, onRevoked }: Dependencies,
): void => {
  app.post<{ Params: { id: string }; Body: CorrectionInput }>(
    routes.screeningCorrections,
    { ...guardAct('signed'), schema: schemaOf(endpoints.correctScreening) },
    async (request, reply) => {
      const actor = actorOf(request)
      pace.check(actor)
      const { isReplay, answer } = await correcting.correct(request.params.id, request.body, actor)
      if (isReplay) {
        await readings.opened(actor, answer.id)
      } else {
        pace.count(actor, answer.id)
        onRevoked()
      }
      return reply.code(isReplay ? 200 : 201).send(answer)
    },
  )

  app.post<{ Params: { id: string }; Body: ScreeningWithdrawalInput }>(
    routes.screeningWithdrawal,
    { ...guardAct('signed'), schema: schemaOf(endpoints.withdrawScreening) },
    async (request) => {
      const answer = await correcting.withdraw(request.params.id, request.body, actorOf(request))
      onRevoked()
      return answer
    },
  )
}
