/** The built pages of apps/web, with the right cache headers. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fastifyStatic } from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { leadToPages } from './page-paths.ts'

/** Files below /assets/ carry a hash of their content in their name. */
const isNamedByContent = (path: string): boolean => /[/\\]assets[/\\]/.test(path)

/** Serves a folder at the root; without the folder there are no pages, and the log says how to make them. */
export const servePages = async (app: FastifyInstance, folder: string): Promise<void> => {
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
    setHeaders(reply, path) {
      reply.header(
        'cache-control',
        isNamedByContent(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    },
  })
}
