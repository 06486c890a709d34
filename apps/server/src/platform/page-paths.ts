/**
 * Addresses of pages as people copy and messengers change them: another case (`/Resultat/`), no slash at the end, an encoded
 * mark (`/resultat/%23CODE`), something stuck to it (`/resultat/.`). They lead to the page and never to a document for
 * programs; the mark of a link goes on to the page, which reads it.
 */
import type { FastifyInstance } from 'fastify'

/** The folders that pages live in. */
const pages = ['pro', 'resultat', 'verifier', 'etat', 'pilotage'] as const
const page = new RegExp(`^/(${pages.join('|')})(?![a-z0-9])`, 'i')

/**
 * The address that was meant.
 *
 * @param url path and query, as they came
 * @returns null when it is right as it is, or is no page's
 */
export const pageMeant = (url: string): string | null => {
  const [path = '', query] = url.split('?', 2)
  const name = page.exec(path)?.[1]?.toLowerCase()
  // Nobody copies a zero byte by accident: it is an attempt to reach the files behind the pages.
  if (name === undefined || path.includes('%00')) return null
  const rest = path.slice(name.length + 1)
  if (path.startsWith(`/${name}/`) && (rest === '/' || rest === '/index.html')) return null
  const marked = /(?:#|%23)([A-Za-z0-9-]{10,200})/.exec(rest)?.[1]
  const search = query === undefined ? '' : `?${query}`
  return `/${name}/${search}${marked === undefined ? '' : `#${marked}`}`
}

/** @param isServed whether this portal serves a page of that name */
export const leadToPages = (app: FastifyInstance, isServed: (path: string) => boolean): void => {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return
    const meant = pageMeant(request.url)
    if (meant === null) return
    if (isServed(new URL(meant, 'http://page').pathname)) {
      await reply.header('cache-control', 'no-store').redirect(meant, 303)
    }
  })
}
