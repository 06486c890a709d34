import type { FastifyRequest } from 'fastify'
import type { Operating } from '../../platform/operating.ts'
import { Problem } from '../../platform/problems.ts'

/** Who asks, on a route that `guardOperator` stands before. */
export const operatingOf = ({ operating }: FastifyRequest): Operating => {
  if (operating === null) throw new Problem('INTERNAL')
  return operating
}
