/** The gateway says whether a message that it has taken arrived: `POST /api/messages/receipts`, with its own token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { type ReceiptInput, routes } from '@sidep/contracts'
import { reportDelivery } from '@sidep/contracts/endpoints'
import type { FastifyPluginAsync } from 'fastify'
import { schemaOf } from '../platform/contract.ts'
import { Problem } from '../platform/problems.ts'
import type { RetrievalPlatform } from './dependencies.ts'
import { parseMessageReference } from './message-reference.ts'
import { keepReceipt } from './outbox.ts'

const bodyBytesMax = 1_024

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Digests are compared: they have one length, and the time tells nothing. */
const makeTokenCheck = (token: string | null): ((authorization: string | undefined) => boolean) => {
  if (token === null) return () => false
  const expected = digestOf(`Bearer ${token}`)
  return (authorization = '') => timingSafeEqual(digestOf(authorization), expected)
}

export const receiptRoute =
  ({ configuration, clock, database, metrics }: RetrievalPlatform): FastifyPluginAsync =>
  async (app) => {
    const isGateway = makeTokenCheck(configuration.sms?.receiptToken ?? null)
    const receipts = metrics.counter(
      'sidep_message_receipts_total',
      'What the SMS gateway said of messages that it had taken, by outcome',
    )
    app.post<{ Body: ReceiptInput }>(
      routes.messageReceipts,
      {
        bodyLimit: bodyBytesMax,
        schema: schemaOf(reportDelivery),
        onRequest: async ({ headers }) => {
          if (!isGateway(headers.authorization)) throw new Problem('GATEWAY_REFUSED')
        },
      },
      async ({ body }, reply) => {
        const message = parseMessageReference(body.reference)
        const receipt = body.status === 'delivered' ? 'delivered' : (body.reason ?? 'other')
        const isKept =
          message !== null && (await keepReceipt(database, message, receipt, clock.now()))
        receipts.increment({ outcome: isKept ? receipt : 'unknown' })
        // Also for a message that is no longer known: the gateway would only ask again.
        return reply.code(204).send()
      },
    )
  }
