/** Holds requests of a site that sends more than its share, each for as long as the share says. */
import type { FastifyReply } from 'fastify'
import { Problem } from '../platform/problems.ts'
import { refuseGone } from '../platform/refuse-gone.ts'

export interface SiteLine {
  /** @throws Problem UNAVAILABLE when the sender has hung up meanwhile; nobody reads it */
  hold(reply: FastifyReply, milliseconds: number): Promise<void>
  /** Requests that are held at the moment. */
  readonly held: number
}

export const makeSiteLine = (): SiteLine => {
  let held = 0
  return {
    hold: (reply, milliseconds) =>
      new Promise((resolve, reject) => {
        refuseGone(reply)
        const end = (): void => {
          held -= 1
          clearTimeout(timer)
          reply.raw.off('close', gone)
        }
        const gone = (): void => {
          end()
          reject(new Problem('UNAVAILABLE'))
        }
        const timer = setTimeout(() => {
          end()
          resolve()
        }, milliseconds)
        reply.raw.once('close', gone)
        held += 1
      }),
    get held() {
      return held
    },
  }
}
