/** What a sign-in was asked for with, on its way through the waiting room to the door and back. */
import { routes, safeReturnPath } from '@sidep/contracts'
import type { FastifyRequest } from 'fastify'
import { deviceParameter } from '../platform/device-parameter.ts'

export interface SignInIntent {
  readonly returnPath: string
  /** The device key that the session is to be bound to; null: none was named, or not by a page of ours. */
  readonly device: string | null
}

/**
 * Reads it of a request on its way to a door or in the room. A device named by another site's link must not come out of
 * the room as if our own page had named it (`deviceParameter`).
 */
export const intentOf = (request: FastifyRequest): SignInIntent => {
  const { query } = request
  const wanted =
    typeof query === 'object' && query !== null && 'return' in query ? query.return : undefined
  return { returnPath: safeReturnPath(wanted), device: deviceParameter(request) }
}

const parametersOf = ({ returnPath, device }: SignInIntent): Record<string, string> => ({
  return: returnPath,
  ...(device === null ? {} : { device }),
})

/**
 * The address of the room's page for somebody on the way to a door.
 *
 * @param isPaused the page does not lead on at once, even when it is their turn
 */
export const roomPathFor = (door: string, intent: SignInIntent, isPaused = false): string => {
  const parameters = { door, ...parametersOf(intent), ...(isPaused ? { pause: '1' } : {}) }
  return `${routes.waitingRoomPage}?${new URLSearchParams(parameters)}`
}

/** @param url of the door */
export const doorPathFor = (url: string, intent: SignInIntent): string =>
  `${url}?${new URLSearchParams(parametersOf(intent))}`
