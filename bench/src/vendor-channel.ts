/**
 * Software of one vendor at the port of vendors, which the laboratories' process serves: in the register, with a certificate and a key, and let in at each of
 * its sites by who works there, over HTTP as anybody's is.
 */
import { createHash, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { routes, type VendorScope } from '@sidep/contracts'
import { ensureLaboratoryFolder } from '@sidep/dev'
import {
  type Authorization,
  certifiedFetch,
  makeVendorAccess,
  surroundings,
  VendorAccessError,
} from '@sidep/sdk/node'
import { actHeaders, makeTestDevice } from '@sidep/server/login/test-device.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import { openDatabaseBesides } from '@sidep/server/platform/database.ts'
import { addVendor } from '@sidep/server/vendors/register.ts'
import { exportJWK } from 'jose'
import type { ConnectionTls } from './connection.ts'
import type { PortalProcess } from './portal-process.ts'
import type { OpenCounter } from './signed-sessions.ts'

export interface VendorChannel {
  readonly url: string
  readonly tls: ConnectionTls
  /** A header `authorization` of each site, in their order; asked for anew when it is soon over. */
  tokens(): Promise<readonly string[]>
  close(): void
}

export interface VendorPlan {
  readonly portal: Pick<PortalProcess, 'url' | 'dataDirectory'>
  /** The port of vendors. */
  readonly url: string
  /** Sessions bound to a device, one at each of its sites. */
  readonly counters: readonly OpenCounter[]
  /** What its entry of the register permits. */
  readonly perSecond: number
}

const id = 'bench-vendor'
const scopes: readonly VendorScope[] = ['screenings.record']

const register = async (
  dataDirectory: string,
  certificate: string,
  publicKey: CryptoKey,
  perSecond: number,
): Promise<void> => {
  const database = await openDatabaseBesides(null, dataDirectory)
  try {
    const { raw } = new X509Certificate(certificate)
    const entry = {
      id,
      name: 'Logiciel du banc',
      keys: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] },
      certificates: [createHash('sha256').update(raw).digest('hex')],
      authority: null,
      scopes,
      perSecond,
    }
    const deciding = { reason: 'bench', by: 'bench' }
    await addVendor(database.pools.login, entry, deciding, systemClock.now())
  } finally {
    await database.close()
  }
}

/** The professional types the code at their counter. */
const accept = async (
  portal: string,
  { cookie, keys }: OpenCounter,
  userCode: string,
): Promise<void> => {
  if (keys === null) throw new Error('software is let in by a session that is bound to a device')
  const request = {
    method: 'POST',
    path: routes.vendorDecision,
    body: JSON.stringify({ userCode, decision: 'accept' }),
  } as const
  const device = await makeTestDevice(keys)
  const signed = await actHeaders(device, { portal, cookie, at: systemClock.now(), ...request })
  const { method, path, body } = request
  const response = await fetch(new URL(path, portal), {
    method,
    headers: { 'content-type': 'application/json', origin: portal, cookie, ...signed },
    body,
  })
  if (response.status !== 201) throw new Error(`software was not let in: ${await response.text()}`)
}

const askAgainMilliseconds = 500
const asksMax = 60

/** Asks again while its share is taken: where a machine does little a second, so does the vendor of its bench. */
const withinShare = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
  for (let asks = 1; ; asks += 1) {
    try {
      return await ask()
    } catch (error) {
      const isShare = error instanceof VendorAccessError && error.code === 'VENDOR_SHARE_EXCEEDED'
      if (!isShare || asks === asksMax) throw error
      await wait(askAgainMilliseconds)
    }
  }
}

export const openVendorChannel = async ({
  portal,
  url,
  counters,
  perSecond,
}: VendorPlan): Promise<VendorChannel> => {
  const files = await ensureLaboratoryFolder(join(portal.dataDirectory, 'vendor'), {
    now: systemClock.now(),
    serverNames: ['localhost'],
  })
  const read = (path: string) => readFile(path, 'utf8')
  const [cert, key] = await Promise.all([read(files.certificate), read(files.privateKey)])
  const { publicKey, privateKey } = await crypto.subtle.generateKey(
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['sign', 'verify'],
  )
  await register(portal.dataDirectory, cert, publicKey, perSecond)
  // Of the laboratories' folder: that of the port.
  const ca = await read(join(portal.dataDirectory, 'laboratories', 'authorities.pem'))
  const shown = certifiedFetch({ certificate: cert, key, authority: ca })
  const access = makeVendorAccess({
    portal: url,
    clientId: id,
    key: privateKey,
    fetch: shown.fetch,
    surroundings,
  })
  const authorizations: Authorization[] = []
  for (const counter of counters) {
    const pairing = await withinShare(() => access.pair({ scopes, site: counter.siteId }))
    await accept(portal.url, counter, pairing.userCode)
    const polled = await withinShare(() => pairing.poll())
    if (polled.kind !== 'accepted') throw new Error(`no token for the software: ${polled.kind}`)
    authorizations.push(access.authorization(polled.refreshToken))
  }
  return {
    url,
    tls: { cert, key, ca },
    async tokens() {
      const tokens: string[] = []
      for (const { headers } of authorizations) {
        const { authorization = '' } = await withinShare(() =>
          headers({ method: 'POST', path: '/', body: '' }),
        )
        tokens.push(authorization)
      }
      return tokens
    },
    close: () => shown.close(),
  }
}
