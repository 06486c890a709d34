/** The portal's `/etat/`: the files that the watcher wrote, as they are; the watcher itself is another process, or none. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../platform/problems.ts'
import { statusTypes } from './status-files.ts'

/** @param folder where the watcher writes */
export const serveStatus = (app: FastifyInstance, folder: string): void => {
  const serve = (path: string, name: string): void => {
    app.get(path, async (_, reply) => {
      const content = await readFile(join(folder, name)).catch(() => null)
      if (content === null) throw new Problem('UNAVAILABLE', { retryAfterSeconds: 60 })
      return reply
        .type(statusTypes[name] ?? 'text/plain')
        .header('cache-control', 'public, max-age=15')
        .send(content)
    })
  }
  for (const name of Object.keys(statusTypes)) serve(`/etat/${name}`, name)
  serve('/etat/', 'index.html')
  serve('/etat/en/', 'en/index.html')
  for (const path of ['/etat', '/etat/en'])
    app.get(path, async (_, reply) => reply.redirect(`${path}/`, 301))
}
