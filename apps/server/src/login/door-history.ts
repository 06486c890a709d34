/** What persons on duty said of the doors, the last first: read from the audit chain, which keeps it as long as every act. */
import type { Door } from '@sidep/contracts'
import { portalChain } from '../audit/sign-heads.ts'
import type { Sql } from '../platform/context.ts'
import type { SwitchOrder } from './door-switch.ts'

export interface DoorSwitched {
  readonly at: Date
  /** Its number in the chain `portal`. */
  readonly sequence: number
  /** Of a row that this version does not read; its words are in `told`. */
  readonly order: ({ readonly door: Door } & ReadOrder) | null
  /** As the chain has it, in one line. */
  readonly told: string
}

type ReadOrder = Pick<SwitchOrder, 'to' | 'by' | 'reason'> & {
  /** Null for `probes`. */
  readonly endsAt: Date | null
}

// As `switchDoor` writes it: door, what, until when, by whom (no colon in a name), why.
const pattern = /^(ecps|card) (up|down|probes)(?: until (\S+))? by (.+?): (.+)$/

const orderOf = (told: string): DoorSwitched['order'] => {
  const [, door, to, until, by = '', reason = ''] = pattern.exec(told) ?? []
  if (door !== 'ecps' && door !== 'card') return null
  if (to !== 'up' && to !== 'down' && to !== 'probes') return null
  const endsAt = until === undefined ? null : new Date(until)
  return endsAt !== null && Number.isNaN(endsAt.getTime()) ? null : { door, to, by, reason, endsAt }
}

/** The last switches, the newest first. @param max at most so many */
export const readSwitches = async (database: Sql, max: number): Promise<DoorSwitched[]> => {
  const rows = await database<{ at: Date; sequence: string; subject: string | null }[]>`
    select at, sequence, subject from audit
    where site_id = ${portalChain} and act = 'door.switched' order by sequence desc limit ${max}`
  return rows.map(({ at, sequence, subject }) => ({
    at,
    sequence: Number(sequence),
    order: orderOf(subject ?? ''),
    told: subject ?? '',
  }))
}
