/** What others publish, as it was last let through: the same parts for every process. */
import { emptyContent, readParts, type TrustContent } from '@sidep/trust'
import type { Platform } from '../platform/context.ts'
import { makeReread, type Reread } from '../platform/reread.ts'
import { readCarried, readCarriedWording } from './index-store.ts'

export interface Carried {
  readonly content: TrustContent
  /** When a part was last known to be what its source says; null for what is not carried. */
  readonly asOf: (name: string) => Date | null
  readonly wording: string
}

export const openCarriedSource = ({
  database,
  log,
}: Pick<Platform, 'database' | 'log'>): Reread<Carried> =>
  makeReread(log, 'carried trust', async (held: Carried | null) => {
    const wording = await readCarriedWording(database)
    if (held?.wording === wording) return held
    const parts = await readCarried(database)
    const times = new Map(parts.map(({ name, asOf }) => [name, asOf]))
    const asOf = (name: string) => times.get(name) ?? null
    const content = readParts(new Map(parts.map(({ name, bytes }) => [name, bytes])))
    if (content.ok) return { content: content.value, asOf, wording }
    // Our own command writes nothing like this: what was carried before stays.
    log.error({ code: 'TRUST_CARRIED_UNREADABLE' }, 'carried parts cannot be read')
    return { content: held?.content ?? emptyContent, asOf, wording }
  })
