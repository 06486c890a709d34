import type { FastifyReply } from 'fastify'
import { Problem } from './problems.ts'

/**
 * Refuses a request whose sender has hung up. To be called before something is counted until the connection closes:
 * `close` is emitted only once, so a sender who has gone already would be counted for ever.
 *
 * @throws Problem UNAVAILABLE, that nobody reads
 */
export const refuseGone = ({ raw }: FastifyReply): void => {
  if (raw.closed) throw new Problem('UNAVAILABLE')
}
