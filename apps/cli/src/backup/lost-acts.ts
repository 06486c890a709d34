/**
 * What was acknowledged after the second that a database is restored to: every act leaves a row in its site's audit chain, so
 * what the longer history has beyond the shorter one is all of it. Nobody tested is named in it.
 */
import { appendFileSync, writeFileSync } from 'node:fs'
import type { Sql } from 'postgres'

export interface LostAct {
  readonly siteId: string
  readonly at: Date
  readonly act: string
  readonly professionalId: string | null
  readonly counterId: string | null
  /** Of a screening: its id, which makes sending it again harmless. */
  readonly subject: string | null
}

interface Row {
  readonly site_id: string
  readonly at: Date
  readonly act: string
  readonly professional_id: string | null
  readonly counter_id: string | null
  readonly subject: string | null
}

const chainsAtOnce = 500
const rowsAtOnce = 1_000

interface Head {
  readonly site_id: string
  readonly sequence: string
}

const headsAfter = (database: Sql, cursor: string): Promise<Head[]> =>
  database<Head[]>`
    select site_id, sequence::text from audit_head where site_id > ${cursor}
    order by site_id limit ${chainsAtOnce}`

const sequencesOf = async (
  database: Sql,
  sites: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const rows = await database<Head[]>`
    select site_id, sequence::text from audit_head where site_id = any(${[...sites]})`
  return new Map(rows.map(({ site_id, sequence }) => [site_id, sequence]))
}

/** Acts of the longer history that the shorter one lacks, site by site, each site's in order. */
async function* lostActs(longer: Sql, shorter: Sql): AsyncGenerator<LostAct> {
  for (let cursor = ''; ; ) {
    const heads = await headsAfter(longer, cursor)
    const known = await sequencesOf(
      shorter,
      heads.map(({ site_id }) => site_id),
    )
    for (const { site_id: siteId, sequence } of heads) {
      const from = known.get(siteId) ?? '0'
      if (BigInt(sequence) <= BigInt(from)) continue
      for await (const rows of longer<Row[]>`
        select site_id, at, act, professional_id, counter_id, subject from audit
        where site_id = ${siteId} and sequence > ${from}::bigint order by sequence`.cursor(
        rowsAtOnce,
      )) {
        for (const row of rows) {
          const { at, act, professional_id: professionalId, counter_id: counterId, subject } = row
          yield { siteId, at, act, professionalId, counterId, subject }
        }
      }
    }
    const last = heads.at(-1)
    if (last === undefined || heads.length < chainsAtOnce) return
    cursor = last.site_id
  }
}

/** @returns how many acts of each kind the file lists, one JSON object a line */
export const listLostActs = async (
  longer: Sql,
  shorter: Sql,
  path: string,
): Promise<Readonly<Record<string, number>>> => {
  writeFileSync(path, '', { mode: 0o600 })
  const counts: Record<string, number> = {}
  for await (const act of lostActs(longer, shorter)) {
    appendFileSync(path, `${JSON.stringify(act)}\n`)
    counts[act.act] = (counts[act.act] ?? 0) + 1
  }
  return counts
}
