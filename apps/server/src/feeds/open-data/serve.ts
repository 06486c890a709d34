/** The portal's `/open-data/`: the files of the newest release, for everybody, made once for all who ask. */
import type { FastifyInstance } from 'fastify'
import type { Configuration } from '../../platform/configuration.ts'
import type { Log, Sql } from '../../platform/context.ts'
import { Problem } from '../../platform/problems.ts'
import { makeReread } from '../../platform/reread.ts'
import { digestOfFiles, type OpenFile, openFileNames, openFiles } from './files.ts'
import { readPopulation } from './population.ts'
import { readPublishedDays } from './publish.ts'

interface Release {
  readonly digest: string
  readonly files: readonly OpenFile[]
}

const nothing: Release = { digest: '', files: [] }

export const serveOpenData = async (
  app: FastifyInstance,
  database: Sql,
  { feeds }: Pick<Configuration, 'feeds'>,
  log: Pick<Log, 'warn'>,
): Promise<void> => {
  const population = await readPopulation(feeds.populationFile)
  const held = makeReread<Release>(log, 'open data', async (before) => {
    const [row] = await database<{ digest: string }[]>`select digest from open_data_release`
    if (row === undefined) return before ?? nothing
    if (before?.digest === row.digest) return before
    const files = openFiles(await readPublishedDays(database), population)
    // A release is being made: what was there before stays until it is.
    const isWhole = digestOfFiles(files) === row.digest
    return isWhole || before === null ? { digest: row.digest, files } : before
  })
  for (const name of openFileNames) {
    app.get(`/open-data/${name}`, async (_, reply) => {
      const { digest, files } = await held.current()
      const file = files.find((one) => one.name === name)
      if (file === undefined) throw new Problem('UNAVAILABLE', { retryAfterSeconds: 3_600 })
      return reply
        .type(file.type)
        .header('cache-control', 'public, max-age=300')
        .header('etag', `"${digest}"`)
        .send(file.content)
    })
  }
}
