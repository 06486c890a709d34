/**
 * Counter, person and verifier may each have an origin of their own (RFC 6454): what one page is tricked into cannot then
 * reach what the others keep. Each host answers for its own pages and their interface; a page of another one is led to
 * where it is, and everything else there does not exist.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AddressConfiguration } from './address-configuration.ts'
import { Problem, sendProblem } from './problems.ts'

export interface Origins {
  /** Where everybody may begin, and what `PUBLIC_URL` says. */
  readonly home: string
  readonly counter: string
  readonly person: string
  readonly verifier: string
}
type Public = keyof Origins

/** @param port the one that is listened on in the end */
export const originsOf = (
  { publicUrl, origins }: Pick<AddressConfiguration, 'publicUrl' | 'origins'>,
  port: number,
): Origins => {
  const home = publicUrl ?? `http://localhost:${port}`
  const { counter, person, verifier } = origins
  return {
    home,
    counter: counter ?? home,
    person: person ?? home,
    verifier: verifier ?? home,
  }
}

export const areSeparate = (origins: Origins): boolean => new Set(Object.values(origins)).size > 1

/** Longest first. What is on no line, such as scripts and what says help, is everybody's. */
const places: readonly (readonly [start: string, publics: readonly Public[]])[] = [
  ['/api/openapi.json', ['home', 'counter']],
  ['/api/retrieval', ['person']],
  ['/api/catalogue', ['counter', 'person', 'verifier']],
  ['/api', ['counter']],
  ['/login', ['counter']],
  ['/attente', ['counter']],
  ['/pro', ['counter']],
  ['/pilotage', ['counter']],
  ['/pas-moi', ['counter']],
  ['/resultat', ['person']],
  ['/verifier', ['verifier']],
  ['/en', ['home']],
  ['/index.html', ['home']],
]

/** Asked by machines at whatever address they know a process by. */
const anywhere = new Set(['/healthz', '/readyz'])

const pageOf: Readonly<Record<Public, string>> = {
  home: '/',
  counter: '/pro/',
  person: '/resultat/',
  verifier: '/verifier/',
}

/** Whose a path is; null: everybody's. */
const publicsAt = (path: string): readonly Public[] | null => {
  if (path === '/') return ['home']
  const found = places.find(([start]) => path === start || path.startsWith(`${start}/`))
  return found?.[1] ?? null
}

/** Who is at each of our hosts. */
export const publicsByHost = (origins: Origins): ReadonlyMap<string, readonly Public[]> => {
  const names = Object.keys(origins) as Public[]
  return Map.groupBy(names, (name) => new URL(origins[name]).host)
}

/** Where a page of somebody else's is; null for what is no page, or cannot be led to. */
const elsewhere = (
  { method, url }: FastifyRequest,
  origins: Origins,
  here: readonly Public[],
  owners: readonly Public[],
): string | null => {
  if (method !== 'GET' && method !== 'HEAD') return null
  const [path = ''] = url.split('?', 1)
  // Whoever opens a host by its name alone gets the page that it is for.
  if (path === '/') return pageOf[here[0] ?? 'home']
  const [owner] = owners
  if (owner === undefined || path.startsWith('/api/')) return null
  return `${origins[owner]}${url}`
}

/** Has no effect while all have one origin. */
export const separateOrigins = (app: FastifyInstance, origins: Origins): void => {
  if (!areSeparate(origins)) return
  const hosts = publicsByHost(origins)
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const [path = ''] = request.url.split('?', 1)
    if (anywhere.has(path)) return
    const here = hosts.get(request.host)
    if (here === undefined) return sendProblem(new Problem('HOST_UNKNOWN'), request, reply)
    const owners = publicsAt(path)
    if (owners === null || owners.some((owner) => here.includes(owner))) return
    const target = elsewhere(request, origins, here, owners)
    if (target === null) return sendProblem(new Problem('ROUTE_UNKNOWN'), request, reply)
    return reply.header('cache-control', 'no-store').redirect(target, 303)
  })
}

/**
 * The service worker of one host: it keeps the pages of that host alone, for the others' are not there to be kept.
 *
 * @param script as it was built, with its list of files `{url:"pro/index.html",revision:"…"}`
 */
export const workerFor = (script: string, here: readonly Public[]): string =>
  script.replace(/\{url:"([^"]{0,200})",revision:"[^"]{0,64}"\},?/g, (entry, url: string) => {
    const owners = publicsAt(`/${url.replace(/index\.html$/, '')}`)
    return owners === null || owners.some((owner) => here.includes(owner)) ? entry : ''
  })
