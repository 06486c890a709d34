/**
 * What the kit sees and sets around software that it tries; and of a sandbox, which gives each case a client of its own, over its
 * control addresses, wherever it runs.
 */
import type { ContinuityKeys } from '@sidep/continuity'
import { base64ToBytes } from '@sidep/encoding'
import { makeVendorAccess, surroundings } from '@sidep/sdk/node'
import type { PortalFault } from '../portal/index.ts'
import type { JournalLine } from '../sandbox/index.ts'
import type { AdapterSurroundings } from './adapter.ts'

export interface BooksSeen {
  readonly screenings: readonly {
    readonly id: string
    readonly state: string
    readonly result: string | null
    readonly change: { readonly kind: string; readonly version: number } | null
  }[]
  readonly provisional: readonly { readonly number: string; readonly code: string }[]
  readonly breaches: readonly string[]
  /** Serials of slips that were printed and not brought in yet; of a sandbox alone. */
  readonly slipsOut?: readonly string[]
}

export interface World {
  readonly surroundings: Omit<AdapterSurroundings, 'dataFolder'>
  readonly set: (settings: {
    readonly faults?: readonly PortalFault[]
    readonly clockAheadMilliseconds?: number
    readonly tokensExpired?: true
  }) => Promise<void>
  readonly journal: () => Promise<readonly JournalLine[]>
  readonly books: () => Promise<BooksSeen>
  readonly bookletKeys: () => Promise<ContinuityKeys>
  /** A slip out of the counter's printer, as its serial is printed; of a sandbox alone. */
  readonly printSlip?: () => Promise<string>
  readonly close: () => Promise<void>
}

/** Where software is tried. */
export interface ConformancePortal {
  /** For one case. */
  readonly openWorld: () => Promise<World>
  readonly casesAtOnce: number
  /** Whether its clock and its counter's printer are the kit's. */
  readonly isSandbox: boolean
}

/** What software of vendors is let do while it is tried. */
export const pairedScopes = [
  'screenings.record',
  'screenings.read',
  'screenings.correct',
  'continuity',
] as const
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' } as const

const pemOf = (label: string, der: ArrayBuffer): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes = base64ToBytes(text)
  if (!bytes.ok) throw new Error('the sandbox answers base64')
  return new Uint8Array(bytes.value)
}

interface SignedUp {
  readonly clientId: string
  readonly professional: { readonly id: string }
  readonly site: { readonly id: string }
}

/** Signs up, and has the test professional let the software work. @throws when nothing of a sandbox answers at `url` */
const openWorld = async (url: string): Promise<World> => {
  const ask = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(new URL(`/sandbox/${path}`, url), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`no sandbox at ${url}: ${method} ${path} ${response.status}`)
    return (response.status === 204 ? undefined : await response.json()) as Answer
  }
  const pair = await crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
  const publicKey = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const signedUp = await ask<SignedUp>('POST', 'vendors', { name: 'Conformance', publicKey })
  const own = `vendors/${signedUp.clientId}`
  const access = makeVendorAccess({
    portal: url,
    clientId: signedUp.clientId,
    key: pair.privateKey,
    fetch,
    surroundings,
  })
  const pairing = await access.pair({ scopes: pairedScopes, site: signedUp.site.id })
  await ask('POST', `pairings/${pairing.userCode}/accept`)
  const polled = await pairing.poll()
  if (polled.kind !== 'accepted') throw new Error('the sandbox gave no token')
  return {
    surroundings: {
      portal: url,
      issuer: new URL(url).origin,
      certificate: null,
      clientId: signedUp.clientId,
      clientKey: pemOf('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
      refreshToken: polled.refreshToken,
      professionalId: signedUp.professional.id,
      siteId: signedUp.site.id,
    },
    set: (settings) => ask('PUT', `${own}/settings`, settings),
    journal: async () =>
      (await ask<{ readonly lines: JournalLine[] }>('GET', `${own}/journal`)).lines,
    books: () => ask('GET', `${own}/books`),
    bookletKeys: async () => {
      const keys = await ask<
        { keyId: string; spki: string; notBefore: string; notAfter: string }[]
      >('GET', `${own}/booklet-keys`)
      return Promise.all(
        keys.map(async ({ keyId, spki, notBefore, notAfter }) => ({
          keyId: bytesOf(keyId),
          publicKey: await crypto.subtle.importKey('spki', bytesOf(spki), ecdsa, true, ['verify']),
          notBefore: new Date(notBefore),
          notAfter: new Date(notAfter),
        })),
      )
    },
    printSlip: async () =>
      (await ask<{ readonly printed: string }>('POST', `${own}/slips`)).printed,
    close: async () => undefined,
  }
}

/** @param url of a sandbox that runs */
export const sandboxPortal = (url: string): ConformancePortal => ({
  openWorld: () => openWorld(url),
  casesAtOnce: 4,
  isSandbox: true,
})
