/**
 * The port of vendors: TLS, with a certificate of the vendor, and the portal's own modules behind it.
 *
 * Any certificate passes the handshake, or none: whose it is, and what to say to who has none, the register says afterwards
 * (docs/adr/0089-vendors-come-in-by-a-port-of-their-own.md). TLS has checked all the same that the other side holds its key.
 */
import { constants } from 'node:crypto'
import type { TlsOptions } from 'node:tls'
import { connectionBounds, makeVendorShares } from '@sidep/admission'
import type { FastifyPluginAsync } from 'fastify'
import { type RestorationSource, tellRestorations } from '../audit/restorations.ts'
import type { Platform } from '../platform/context.ts'
import { freePort } from '../platform/free-port.ts'
import { makeHttp } from '../platform/http.ts'
import { readTlsPair } from '../platform/setting-file.ts'
import type { VendorConfiguration } from '../platform/vendor-configuration.ts'
import { makeAccessTokens } from './access-token.ts'
import { installVendorAdmission } from './admission.ts'
import { makeIsOver, type revocableOf, type VendorDelegation } from './delegation.ts'
import { makeVendorGuard, type VendorGuard } from './guard.ts'
import { registerOwnDelegation } from './own-delegation.ts'
import { openRegister } from './register.ts'
import { registerTokenRoutes } from './token-routes.ts'
import { registerWebhookRoutes } from './webhooks/routes.ts'

export interface VendorPortDependencies {
  readonly vendors: VendorConfiguration
  readonly restorations: Pick<RestorationSource, 'header'>
  /** The modules whose endpoints vendors may ask, behind this guard. */
  readonly modules: (guard: VendorGuard) => readonly FastifyPluginAsync[]
  /** Whether something ended a delegation, from memory. */
  readonly isEnded: (delegation: ReturnType<typeof revocableOf>) => boolean
  /** Whether a professional may answer for what is done at a site now: not suspended, not gone. */
  readonly standsAt: (professionalId: string, siteId: string) => Promise<boolean>
  /** Ends every token of a delegation in all processes within seconds. */
  readonly revoke: (delegation: VendorDelegation, at: Date, by: string) => Promise<void>
}

export interface RunningVendorPort {
  readonly port: number
  /** As clients reach it. */
  readonly issuer: string
  close(): Promise<void>
}

/** With authenticated encryption alone, as at the card port. */
const tlsOptions = async ({ tls }: VendorConfiguration): Promise<TlsOptions> => ({
  ...(await readTlsPair('VENDOR', tls)),
  requestCert: true,
  rejectUnauthorized: false,
  minVersion: 'TLSv1.2',
  // One connection, one certificate: the one that its holder proved to have on this very connection.
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  handshakeTimeout: 10_000,
  ALPNProtocols: ['http/1.1'],
})

/** @throws what keeps it from listening */
export const openVendorPort = async (
  platform: Platform,
  { vendors, restorations, modules, isEnded, standsAt, revoke }: VendorPortDependencies,
): Promise<RunningVendorPort> => {
  const { configuration, metrics, clock, sessionSigner } = platform
  const port = vendors.port === 0 ? await freePort(vendors.host) : vendors.port
  const issuer = vendors.url ?? `https://localhost:${port}`
  const app = await makeHttp(
    { logLevel: configuration.logLevel, publicUrl: issuer, trustedProxies: [] },
    metrics,
    await tlsOptions(vendors),
    vendors.connectionsMax,
  )
  tellRestorations(app, restorations)
  try {
    const register = openRegister(platform)
    const tokens = makeAccessTokens({ signer: sessionSigner, issuer, now: clock.now })
    const shares = makeVendorShares()
    const isOver = makeIsOver(clock, isEnded)
    installVendorAdmission(app, platform, { register, tokens, shares, isOver })
    const guard = makeVendorGuard(isOver)
    const signer = sessionSigner
    registerTokenRoutes(app, platform, { tokens, issuer, signer, isOver, standsAt, revoke })
    registerOwnDelegation(app)
    registerWebhookRoutes(app, platform, vendors.webhooksAnywhere)
    for (const module of modules(guard)) await app.register(module)
    await app.listen({
      host: vendors.host,
      port,
      backlog: connectionBounds.listenBacklog,
    })
  } catch (error) {
    await app.close()
    throw error
  }
  return { port, issuer, close: () => app.close() }
}
