import type { FastifyReply } from 'fastify'
import { Problem } from './problems.ts'

/**
 * To be asked before something is counted until its connection closes: nothing says a second time that the sender has
 * gone, so that what has gone already would be counted for ever.
 *
 * @throws Problem UNAVAILABLE, that nobody reads
 */
export const refuseGone = ({ raw }: FastifyReply): void => {
  if (raw.closed) throw new Problem('UNAVAILABLE')
}
