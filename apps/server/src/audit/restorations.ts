/**
 * To which seconds the database was set back lately: `sidep restore` writes it into the chain `portal`, and every answer of the
 * interface says it for a day, so that counters send again what they were told since.
 */

import { keptMilliseconds } from '@sidep/continuity'
import { restorationsHeader, restorationsMax, writeRestorations } from '@sidep/contracts'
import type { FastifyInstance } from 'fastify'
import type { Sql } from 'postgres'
import type { Clock } from '../platform/clock.ts'
import { recordAct } from './chain.ts'
import { portalChain } from './sign-heads.ts'

export interface RestorationSource {
  /** Value of the header; null: none of the last day. */
  header(): string | null
  refresh(): Promise<void>
}

/** Written once everything of a restoring is done but opening the portal. */
export const recordRestoration = (
  sql: Pick<Sql, 'unsafe'>,
  { to, at }: { readonly to: Date; readonly at: Date },
): Promise<void> =>
  recordAct(sql, {
    siteId: portalChain,
    at,
    act: 'portal.restored',
    actor: null,
    subject: to.toISOString(),
  })

const readHeader = async (sql: Sql, now: Date): Promise<string | null> => {
  const since = new Date(now.getTime() - keptMilliseconds)
  const rows = await sql<{ at: Date; subject: string }[]>`
    select at, subject from audit
    where site_id = ${portalChain} and act = 'portal.restored' and at > ${since}
    order by sequence desc limit ${restorationsMax}`
  const restorations = rows
    .map(({ at, subject }) => ({ to: Date.parse(subject), at: at.getTime() }))
    .filter(({ to }) => !Number.isNaN(to))
    .reverse()
  return restorations.length === 0 ? null : writeRestorations(restorations)
}

/** @throws when the database does not answer */
export const openRestorations = async (sql: Sql, clock: Clock): Promise<RestorationSource> => {
  let header = await readHeader(sql, clock.now())
  return {
    header: () => header,
    async refresh() {
      header = await readHeader(sql, clock.now())
    },
  }
}

/** Refusals say it too: whoever is told to come back has it by then. */
export const tellRestorations = (
  app: FastifyInstance,
  { header }: Pick<RestorationSource, 'header'>,
): void => {
  app.addHook('onRequest', async ({ url }, reply) => {
    const value = header()
    if (value !== null && url.startsWith('/api/')) reply.header(restorationsHeader, value)
  })
}
