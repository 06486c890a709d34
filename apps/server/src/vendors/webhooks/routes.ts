/** `/api/vendors/webhook`: where a vendor is told, and how that goes. */
import {
  routes,
  type VendorDeadLetters,
  type VendorReplay,
  type VendorWebhookInput,
  type VendorWebhookView,
} from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import type { FastifyInstance } from 'fastify'
import type { Platform } from '../../platform/context.ts'
import { schemaOf } from '../../platform/contract.ts'
import { Problem } from '../../platform/problems.ts'
import { callerOf } from '../vendor-request.ts'
import { readWebhookUrl } from './address.ts'
import {
  countEvents,
  eventView,
  findWebhook,
  listDeadLetters,
  removeWebhook,
  replayEvents,
  setWebhook,
} from './store.ts'

/** @param anywhere development: any address, http too */
export const registerWebhookRoutes = (
  app: FastifyInstance,
  { database, clock }: Pick<Platform, 'database' | 'clock'>,
  anywhere: boolean,
): void => {
  const viewOf = async (vendorId: string): Promise<VendorWebhookView> => {
    const found = await findWebhook(database, vendorId)
    if (found === undefined) throw new Problem('WEBHOOK_UNKNOWN')
    const { url, since, toldAt, lastFailure } = found
    return {
      url,
      since: since.toISOString(),
      ...(await countEvents(database, vendorId)),
      lastToldAt: toldAt?.toISOString() ?? null,
      lastFailure,
    }
  }

  app.get(routes.vendorWebhook, async (request) => viewOf(callerOf(request).vendor.id))

  app.post<{ Body: VendorWebhookInput }>(
    routes.vendorWebhook,
    { schema: schemaOf(endpoints.setVendorWebhook) },
    async (request) => {
      const { id } = callerOf(request).vendor
      const url = readWebhookUrl(request.body.url, anywhere)
      if (url === null) throw new Problem('WEBHOOK_ADDRESS_REFUSED')
      await setWebhook(database, id, url.href, clock.now())
      return viewOf(id)
    },
  )

  app.delete(routes.vendorWebhook, async (request, reply) => {
    await removeWebhook(database, callerOf(request).vendor.id, clock.now())
    return reply.code(204).send()
  })

  app.get(routes.vendorDeadLetters, async (request): Promise<VendorDeadLetters> => {
    const found = await listDeadLetters(database, callerOf(request).vendor.id)
    return {
      deadLetters: found.map((event) => ({
        event: eventView(event),
        attempts: event.attempts,
        failedAt: event.failedAt?.toISOString() ?? '',
        failure: event.lastFailure ?? '',
      })),
    }
  })

  app.post(
    routes.vendorReplays,
    async (request): Promise<VendorReplay> => ({
      replayed: await replayEvents(database, callerOf(request).vendor.id, clock.now()),
    }),
  )
}
