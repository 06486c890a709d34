/** At the doors that are routes of the portal: who may not begin to sign in yet is shown to the room, or told when to come back. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../platform/problems.ts'
import type { Comer, SignInAdmission, SignInDecision } from './sign-in-admission.ts'
import { intentOf, roomPathFor } from './sign-in-intent.ts'

export interface DoorAdmissionDependencies {
  readonly signInAdmission: Pick<SignInAdmission, 'decide'>
  readonly comerOf: (request: FastifyRequest) => Comer
}

export interface DoorAdmission {
  /**
   * Answers with the way to the waiting room unless the sign-in may begin.
   *
   * @returns seconds after which there is a reason to be back at the door; null: the sign-in begins
   */
  sendToRoom(door: string, request: FastifyRequest, reply: FastifyReply): Promise<number | null>
  /** The same for a request of a program or a page's script. @throws Problem SIGN_IN_WAITS with the time to come back */
  askToWait(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

export const makeDoorAdmission = ({
  signInAdmission,
  comerOf,
}: DoorAdmissionDependencies): DoorAdmission => {
  const decide = async (request: FastifyRequest, reply: FastifyReply): Promise<SignInDecision> => {
    const decision = await signInAdmission.decide(comerOf(request))
    if (decision.setCookie !== null) reply.header('set-cookie', decision.setCookie)
    return decision
  }
  return {
    async sendToRoom(door, request, reply) {
      const decision = await decide(request, reply)
      if (decision.begins) return null
      await reply
        .header('cache-control', 'no-store')
        .redirect(roomPathFor(door, intentOf(request), decision.isTurn), 303)
      return decision.retryAfterSeconds
    },
    async askToWait(request, reply) {
      const decision = await decide(request, reply)
      if (decision.begins) return
      throw new Problem('SIGN_IN_WAITS', { retryAfterSeconds: decision.retryAfterSeconds })
    },
  }
}
