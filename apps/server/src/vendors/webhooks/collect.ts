/**
 * Follows the chains of sites where software of vendors works, and puts down what vendors are to be told.
 *
 * Invariants
 * - Nothing is missed: a chain's numbers become visible in their order and without gaps, as feeds rely on (docs/adr/0077).
 * - What acts mean and how far their chain was followed are one transaction: killed in between, it is done again, and once.
 * - A vendor is told of what its own software recorded, and of nothing else; and of nothing from before it named an address.
 */
import type { ActName } from '../../audit/chain.ts'
import { vendorOperatorId } from '../../audit/chain.ts'
import { locks, whenAlone } from '../../audit/single-run.ts'
import type { Sql } from '../../platform/context.ts'
import { listWebhooks, type Webhook } from './store.ts'

const tellingActs: readonly ActName[] = [
  'screening.result-set',
  'screening.confirmed',
  'screening.corrected',
  'screening.withdrawn',
]
const recordingActs: readonly ActName[] = ['screening.recorded', 'screening.registered']

const sitesAtOnce = 500
const actsAtOnce = 500

interface SiteWithNews {
  readonly site_id: string
  readonly seen: string
}

interface SeenAct {
  readonly sequence: string
  readonly act: string
  readonly at: Date
  readonly screening_id: string
  readonly recorded_by: string | null
}

const sitesWithNews = (database: Sql): Promise<SiteWithNews[]> =>
  database<SiteWithNews[]>`
    -- across sites: where software of vendors has worked, and something happened since
    select head.site_id, coalesce(cursor.sequence, 0)::text as seen
    from (select distinct site_id from vendor_delegation) as known
    join audit_head head on head.site_id = known.site_id
    left join vendor_cursor cursor on cursor.site_id = head.site_id
    where head.sequence > coalesce(cursor.sequence, 0)
    order by head.site_id limit ${sitesAtOnce}`

const follow = (
  database: Sql,
  { site_id: siteId, seen }: SiteWithNews,
  webhooks: ReadonlyMap<string, Webhook>,
  now: Date,
): Promise<unknown> =>
  database.begin(async (sql) => {
    const acts = await sql<SeenAct[]>`
      select act.sequence::text, act.act, act.at, split_part(act.subject, ' ', 1) as screening_id,
        (select first.operator_id from audit first
          where first.site_id = ${siteId} and first.subject collate "C" = split_part(act.subject, ' ', 1)
            and first.act in ${sql([...recordingActs])} order by first.sequence limit 1) as recorded_by
      from audit act
      where act.site_id = ${siteId} and act.sequence > ${seen}::bigint
      order by act.sequence limit ${actsAtOnce}`
    const last = acts.at(-1)?.sequence
    const events = acts.flatMap(({ sequence, act, at, screening_id, recorded_by }) => {
      const webhook = webhooks.get(recorded_by ?? '')
      const isTold = tellingActs.some((name) => name === act)
      return !isTold || webhook === undefined || webhook.since > at
        ? []
        : [{ sequence, vendor_id: webhook.vendorId, type: act, screening_id, occurred_at: at }]
    })
    if (events.length > 0)
      await sql`
        insert into vendor_event (site_id, sequence, vendor_id, type, screening_id, occurred_at, due_at)
        select ${siteId}, given.sequence, given.vendor_id, given.type, given.screening_id, given.occurred_at, ${now}
        from jsonb_to_recordset(${JSON.stringify(events)}::text::jsonb) as given (
          sequence bigint, vendor_id text, type text, screening_id uuid, occurred_at timestamptz)
        on conflict do nothing`
    // Acts that are past their time are gone; the chain goes on.
    await sql`
      insert into vendor_cursor (site_id, sequence)
      select ${siteId}, coalesce(${last ?? null}::bigint, sequence) from audit_head where site_id = ${siteId}
      on conflict (site_id) do update set sequence = excluded.sequence`
  })

/** Follows each chain for some of its acts. @returns how many sites had any; null: another process is at it */
export const collectVendorEvents = (database: Sql, now: Date): Promise<number | null> =>
  whenAlone(database, locks.vendors, async () => {
    const webhooks = await listWebhooks(database)
    // Nobody is to be told: chains are followed when somebody is, and what is older than their wish is passed over.
    if (webhooks.length === 0) return 0
    const byOperator = new Map(webhooks.map((one) => [vendorOperatorId(one.vendorId), one]))
    const sites = await sitesWithNews(database)
    for (const site of sites) await follow(database, site, byOperator, now)
    return sites.length
  })
