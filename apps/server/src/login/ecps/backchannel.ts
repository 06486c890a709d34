/**
 * Door `ecps` by telephone: type a national id, confirm on the phone, be let in without leaving the page
 * (OpenID Connect Client-Initiated Backchannel Authentication Core 1.0, poll mode).
 *
 * Invariants
 * - What is confirmed counts only in the browser that asked: it alone has the sealed transaction.
 * - Who comes back is who was typed, or nobody.
 * - The provider is polled no faster than it allows, however often the browser asks.
 */
import type { ProfessionalId } from '@sidep/identifiers'
import {
  genericGrantRequest,
  initiateBackchannelAuthentication,
  ResponseBodyError,
} from 'openid-client'
import { makeBoundedCache } from '../../platform/bounded-cache.ts'
import type { Clock, RandomBytes } from '../../platform/context.ts'
import { Problem } from '../../platform/problems.ts'
import { type PhoneTransaction, transactionSecondsMax } from '../transaction.ts'
import { toLoginProblem } from './failures.ts'
import { assuranceLevel, blameForAnswer, type Identified, identify } from './identify.ts'
import type { ProviderConnection } from './provider-connection.ts'

export interface BegunOnPhone {
  readonly transaction: PhoneTransaction
  readonly bindingMessage: string
  readonly expiresInSeconds: number
}

export type PhonePoll =
  | { readonly state: 'pending'; readonly pollAfterSeconds: number }
  | { readonly state: 'confirmed'; readonly identified: Identified }

export interface BackchannelDoor {
  /** Makes the phone of somebody ask. @throws Problem with the code to tell */
  begin(nationalId: ProfessionalId, device: string | null): Promise<BegunOnPhone>
  /** Asks whether they confirmed. @throws Problem with the code to tell */
  poll(transaction: PhoneTransaction): Promise<PhonePoll>
}

interface Options {
  readonly connection: ProviderConnection
  readonly clock: Clock
  readonly randomBytes: RandomBytes
}

// CIBA Core §4: the value of grant_type.
const grantType = 'urn:openid:params:grant-type:ciba'
/** CIBA Core §7.3: when the provider names none. */
const intervalSecondsDefault = 5
const intervalSecondsMax = 30
/** Times of the last poll of tickets, so that a hasty browser is answered without the provider. */
const rememberedMax = 20_000
// CIBA Core §11 and RFC 8628 §3.5.
const pendingErrors = new Set(['authorization_pending', 'slow_down'])

/** Two digits, as the e-CPS application shows them; drawn evenly. */
const drawBindingMessage = (randomBytes: RandomBytes): string => {
  for (;;) {
    const [byte = 0] = randomBytes(1)
    // 200 is the largest multiple of 100 that a byte holds.
    if (byte < 200) return String(byte % 100).padStart(2, '0')
  }
}

const problemOf = (error: unknown): Problem => {
  if (error instanceof ResponseBodyError) {
    switch (error.error) {
      // CIBA Core §13.
      case 'unknown_user_id':
        return new Problem('PROFESSIONAL_UNKNOWN', { cause: error })
      case 'expired_token':
        return new Problem('LOGIN_STATE_INVALID', { cause: error })
      default:
    }
  }
  return toLoginProblem(error)
}

export const makeBackchannelDoor = ({
  connection,
  clock,
  randomBytes,
}: Options): BackchannelDoor => {
  const nextPollAt = makeBoundedCache<number>(rememberedMax)
  const seconds = (): number => clock.now().getTime() / 1000

  const blameOf = (error: unknown) => blameForAnswer(problemOf(error))

  return {
    begin: async (nationalId, device) => {
      const bindingMessage = drawBindingMessage(randomBytes)
      try {
        const answer = await connection.call(
          'begin',
          (configuration) => {
            const { backchannel_authentication_endpoint: endpoint } = configuration.serverMetadata()
            if (endpoint === undefined) throw new Problem('PROVIDER_UNAVAILABLE')
            return initiateBackchannelAuthentication(configuration, {
              scope: 'openid scope_all',
              acr_values: assuranceLevel,
              login_hint: nationalId,
              binding_message: bindingMessage,
            })
          },
          blameOf,
        )
        const { auth_req_id: authRequestId, expires_in: expiresIn, interval } = answer
        const intervalSeconds = Math.min(
          Math.max(1, Math.ceil(interval ?? intervalSecondsDefault)),
          intervalSecondsMax,
        )
        const ticket = Buffer.from(randomBytes(24)).toString('base64url')
        nextPollAt.set(ticket, seconds() + intervalSeconds)
        return {
          bindingMessage,
          expiresInSeconds: Math.min(expiresIn, transactionSecondsMax),
          transaction: {
            ticket,
            authRequestId,
            nationalId,
            intervalSeconds,
            device,
            startedAtSeconds: Math.floor(seconds()),
          },
        }
      } catch (error) {
        throw problemOf(error)
      }
    },
    poll: async (transaction) => {
      const { ticket, authRequestId, nationalId, intervalSeconds, startedAtSeconds } = transaction
      const wait = (nextPollAt.get(ticket) ?? 0) - seconds()
      if (wait > 0) return { state: 'pending', pollAfterSeconds: Math.ceil(wait) }
      nextPollAt.set(ticket, seconds() + intervalSeconds)
      try {
        const identified = await connection.call(
          'return',
          async (configuration) => {
            const tokens = await genericGrantRequest(configuration, grantType, {
              auth_req_id: authRequestId,
            })
            // The request is of this sign-in by its number; CIBA has no `max_age`, so that a provider need not say when.
            return identify(configuration, tokens, {
              ageSeconds: Math.ceil(seconds()) - startedAtSeconds,
              isTimeRequired: false,
            })
          },
          blameOf,
        )
        if (identified.identity.professionalId !== nationalId) {
          throw new Problem('LOGIN_ANSWER_INVALID')
        }
        return { state: 'confirmed', identified }
      } catch (error) {
        if (error instanceof ResponseBodyError && pendingErrors.has(error.error)) {
          // RFC 8628 §3.5: `slow_down` adds five seconds to this and all further ones; a hasty
          // process may have caused it, so the next time it is asked only then.
          const pause = error.error === 'slow_down' ? intervalSeconds + 5 : intervalSeconds
          nextPollAt.set(ticket, seconds() + pause)
          return { state: 'pending', pollAfterSeconds: pause }
        }
        throw problemOf(error)
      }
    },
  }
}
