/**
 * A real portal as the kit sees it: the software works for a professional who let it, once for all cases, through a relay that
 * makes the faults. What became of its screenings is read from the portal itself, with a token of the same delegation.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as elapsed } from 'node:timers/promises'
import { type ContinuityKeys, readProvisional } from '@sidep/continuity'
import { routes, type ScreeningEntry, type VendorTokenAnswer } from '@sidep/contracts'
import { base64ToBytes } from '@sidep/encoding'
import { certifiedFetch, makeVendorAccess, surroundings } from '@sidep/sdk/node'
import { loadTrust, openBundle } from '@sidep/trust'
import { ensureLaboratoryFolder } from '../../laboratory/index.ts'
import { importClientKey } from '../client-key.ts'
import { idsIn, isRecording } from '../seen.ts'
import { type BooksSeen, type ConformancePortal, pairedScopes, type World } from '../world.ts'
import { type Relay, startRelay } from './relay.ts'
import type { VendorAtPortal } from './vendor-file.ts'

export interface RealPortalOptions {
  /** The portal's port for vendors, as this machine reaches it. */
  readonly url: string
  readonly vendor: VendorAtPortal
  readonly now: () => number
  /** A professional has to let the software work: what they type, and where. */
  readonly asked: (pairing: { readonly userCode: string; readonly address: string }) => void
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** @throws Error when the professional refused, or decided nothing in time */
const pair = async (
  { url, vendor, asked }: RealPortalOptions,
  fetch: Fetch,
  issuer: string,
): Promise<{
  readonly refreshToken: string
  readonly professionalId: string
  readonly portal: string
  readonly headers: () => Promise<Readonly<Record<string, string>>>
}> => {
  const { clientId, keyId, site } = vendor
  const access = makeVendorAccess({
    portal: url,
    issuer,
    clientId,
    key: await importClientKey(vendor.clientKey),
    ...(keyId === undefined ? {} : { keyId }),
    fetch,
    surroundings,
  })
  // The adapter makes its own key of each case; the portal knows the software's place by this name.
  const device = randomBytes(32).toString('base64url')
  const pairing = await access.pair({ scopes: pairedScopes, site, device })
  const { userCode, address } = pairing
  asked({ userCode, address })
  const poll = async (): Promise<{ refreshToken: string; token: VendorTokenAnswer }> => {
    await elapsed(pairing.intervalMilliseconds)
    const polled = await pairing.poll()
    if (polled.kind === 'pending') return poll()
    if (polled.kind === 'over') throw new Error(`nobody let the software work: ${polled.code}`)
    return polled
  }
  const { refreshToken, token } = await poll()
  const { headers } = access.authorization(refreshToken)
  return {
    refreshToken,
    professionalId: token.delegation?.professional.id ?? '',
    portal: new URL(address).origin,
    headers: () => headers({ method: 'GET', path: '/', body: '' }),
  }
}

/** From the portal's own bundle, by the key that it names: whether that is the right one, a verifier's anchor says. */
const bookletKeysOf = async (portal: string, now: () => number): Promise<ContinuityKeys> => {
  const anchor = (await (await fetch(new URL(routes.trustAnchor, portal))).json()) as {
    readonly spki: string
  }
  const spki = base64ToBytes(anchor.spki)
  const response = await fetch(new URL(routes.trustBundle, portal))
  const bytes = new Uint8Array(await response.arrayBuffer())
  const opened = spki.ok ? await openBundle(bytes, spki.value, new Date(now())) : spki
  if (!opened.ok) throw new Error(`the portal's trust bundle cannot be read: ${opened.code}`)
  return (await loadTrust(opened.value)).continuity ?? []
}

const provisionalsOf = ({ batches }: Relay) =>
  batches.flatMap(({ sent, answer }) =>
    sent.items.flatMap(({ id, provisional }) => {
      const line = answer.lines.find((one) => one.id === id)
      const read = provisional ? readProvisional(provisional) : null
      return line === undefined || read === null || !read.ok
        ? []
        : [{ line, number: `${read.booklet.id}/${read.number}`, code: provisional ?? '' }]
    }),
  )

export const realPortal = async (
  options: RealPortalOptions,
): Promise<ConformancePortal & { close(): Promise<void> }> => {
  const { url, vendor, now } = options
  const { certificate, certificateKey: key, authority } = vendor
  const shown = certifiedFetch({ certificate, key, ...(authority ? { authority } : {}) })
  const folder = await mkdtemp(join(tmpdir(), 'sidep-conformance-relay-'))
  const close = async (): Promise<void> => {
    shown.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const files = await ensureLaboratoryFolder(folder, {
      now: new Date(now()),
      serverNames: ['localhost', '127.0.0.1'],
    })
    const read = (path: string) => readFile(path, 'utf8')
    const server = {
      certificate: await read(files.serverCertificate),
      key: await read(files.serverKey),
    }
    const ofRelay = await read(files.authority)
    const metadata = await shown.fetch(new URL(routes.vendorMetadata, url).href, {})
    const { issuer } = (await metadata.json()) as { readonly issuer: string }
    const { refreshToken, professionalId, portal, headers } = await pair(
      options,
      shown.fetch,
      issuer,
    )

    const entryOf = async (id: string): Promise<ScreeningEntry | null> => {
      const path = routes.screening.replace(':id', id)
      const response = await shown.fetch(new URL(path, url).href, { headers: await headers() })
      if (response.status === 404) return null
      if (!response.ok)
        throw new Error(`the portal does not say what became of ${id}: ${response.status}`)
      return (await response.json()) as ScreeningEntry
    }

    const booksOf = async (relay: Relay): Promise<BooksSeen> => {
      const sent = relay.journal.filter(isRecording).flatMap(idsIn)
      const found = await Promise.all([...new Set(sent)].map(entryOf))
      const entries = found.filter((entry) => entry !== null)
      const provisional = provisionalsOf(relay)
      return {
        screenings: entries.map(({ id, state, result, change = null }) => ({
          id,
          state,
          result,
          change,
        })),
        provisional: provisional.filter(({ line }) => line.status !== 'refused'),
        breaches: provisional.flatMap(({ line, number }) =>
          line.status === 'refused' ? [`${number} is refused with ${line.code}`] : [],
        ),
      }
    }

    const openWorld = async (): Promise<World> => {
      const relay = await startRelay({ portal: url, fetch: shown.fetch, certificate, server, now })
      return {
        surroundings: {
          portal: relay.url,
          issuer,
          clientId: vendor.clientId,
          clientKey: vendor.clientKey,
          refreshToken,
          certificate: { certificate, key, authority: ofRelay },
          professionalId,
          siteId: vendor.site,
        },
        set: async ({ faults, tokensExpired }) => {
          if (faults !== undefined) relay.faults.list = faults
          if (tokensExpired === true) relay.expireTokens()
        },
        journal: async () => relay.journal,
        books: () => booksOf(relay),
        bookletKeys: () => bookletKeysOf(portal, now),
        close: () => relay.close(),
      }
    }
    // One delegation is one counter for the portal, which has one booklet: a case after the other.
    return { openWorld, casesAtOnce: 1, isSandbox: false, close }
  } catch (error) {
    await close()
    throw error
  }
}
