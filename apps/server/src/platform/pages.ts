/** The built pages of apps/web, with the right cache headers. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fastifyStatic } from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { areSeparate, type Origins, publicsByHost, workerFor } from './origins.ts'
import { leadToPages } from './page-paths.ts'
import { languageOf } from './paper/paper.ts'

/**
 * The build's compressed copies are served by Accept-Encoding. They are the same for everybody and hold no secret, so
 * that their length tells nothing (BREACH); answers of /api are sent as they are, because many hold one beside what a
 * caller chose.
 */

/** Files below /assets/ carry a hash of their content in their name. */
const isNamedByContent = (path: string): boolean => /[/\\]assets[/\\]/.test(path)

/** The first page is plain HTML, one file a language: whoever has no script chooses as well. */
const serveFirstPage = (app: FastifyInstance): void => {
  app.get<{ Querystring: { lang?: string } }>(
    '/',
    {
      schema: {
        querystring: Type.Object({ lang: Type.Optional(Type.String({ maxLength: 20 })) }),
      },
    },
    (request, reply) => {
      const language = languageOf(request, request.query.lang)
      reply.header('vary', 'accept-encoding, accept-language')
      // Not returned: a reply is a promise too, and waiting for it listens to its stream once more.
      reply.sendFile(language === 'en' ? 'en/index.html' : 'index.html')
    },
  )
}

/** Where the build leaves room for it: apps/web/verifier/index.html. */
const anchorPlace = '<meta name="trust-anchor" content="'

/**
 * The verifier's page with the key that its trust begins with (ADR 81): whoever has the page has the key, offline too, and
 * believes no answer because it came first.
 */
const serveVerifier = (app: FastifyInstance, file: string, anchor: () => Uint8Array): void => {
  for (const path of ['/verifier/', '/verifier/index.html']) {
    app.get(path, async (request, reply) => {
      const page = await readFile(file, 'utf8')
      const spki = Buffer.from(anchor()).toString('base64')
      const text = page.replace(`${anchorPlace}"`, `${anchorPlace}${spki}"`)
      const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
      reply.header('etag', tag).header('cache-control', 'no-cache')
      if (request.headers['if-none-match'] === tag) return reply.code(304).send()
      return reply.type('text/html; charset=utf-8').send(text)
    })
  }
}

/** Each host has a service worker of its own. */
const serveWorkers = (app: FastifyInstance, file: string, origins: Origins): void => {
  if (!existsSync(file)) return
  const script = readFileSync(file, 'utf8')
  const hosts = publicsByHost(origins)
  app.get('/sw.js', async ({ host }, reply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'no-cache')
      .serializer((text: string) => text)
      .send(workerFor(script, hosts.get(host) ?? [])),
  )
}

/**
 * Serves a folder at the root; without the folder there are no pages, and the log says how to make them.
 *
 * @param anchor SubjectPublicKeyInfo of the bundle signer, DER: written into the verifier's page
 */
export const servePages = async (
  app: FastifyInstance,
  folder: string,
  origins: Origins,
  anchor: () => Uint8Array,
): Promise<void> => {
  if (!existsSync(folder)) {
    app.log.warn('the pages are not built: npm run build')
    return
  }
  leadToPages(app, (path) => existsSync(join(folder, path, 'index.html')))
  await app.register(fastifyStatic, {
    root: folder,
    prefix: '/',
    redirect: true,
    index: ['index.html'],
    dotfiles: 'ignore',
    cacheControl: false,
    preCompressed: true,
    setHeaders(reply, path) {
      if (reply.getHeader('vary') === undefined) reply.header('vary', 'accept-encoding')
      reply.header(
        'cache-control',
        isNamedByContent(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    },
  })
  if (existsSync(join(folder, 'en/index.html'))) serveFirstPage(app)
  const verifier = join(folder, 'verifier/index.html')
  if (existsSync(verifier)) serveVerifier(app, verifier, anchor)
  if (areSeparate(origins)) serveWorkers(app, join(folder, 'sw.js'), origins)
}
