import type { FastifyRequest } from 'fastify'

/** Whether a request says that a body follows its headers (RFC 9112 §6.3): what asks for work is whole only with it. */
export const hasBody = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
