/** The slips that a batch was typed from. */
import {
  parseSlipSerial,
  type SlipFlag,
  type SlipRefusal,
  type SlipSerial,
  slipDecision,
} from '@sidep/continuity'
import { parseFiness } from '@sidep/identifiers'
import { isSamePerson, type NamedPerson } from '../intake/index.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { ScreeningLine } from './batch.ts'
import type { ContinuityDependencies, ContinuityPlatform } from './dependencies.ts'
import {
  claimSlips,
  flagSlipsTypedTwice,
  readSlips,
  readStored,
  type SlipRow,
} from './reconcile-store.ts'

export type SlipOutcome =
  | { readonly kind: 'refused'; readonly code: SlipRefusal | 'SLIP_SERIAL_INVALID' }
  | {
      readonly kind: 'taken'
      readonly serial: string
      /** Of the code that opens the result, hexadecimal; null: the serial itself does. */
      readonly linkHash: string | null
      readonly isReconciled: boolean
      readonly flags: readonly SlipFlag[]
    }

interface Read {
  readonly line: ScreeningLine
  readonly sampledAt: Date
  readonly person: NamedPerson
  readonly serial: SlipSerial
  /** The screening that the slip is for: the line's own, or that which has the line's document. */
  readonly screeningId: string
}

interface Context {
  readonly platform: ContinuityPlatform
  readonly dependencies: Pick<ContinuityDependencies, 'onFlags'>
  readonly actor: SiteActor
  readonly at: Date
}

/**
 * Takes the slips of lines; the answer is by line.
 * @param screeningOf the screening that a line is about
 */
export const takeSlips = async (
  lines: readonly ScreeningLine[],
  screeningOf: (line: ScreeningLine) => string,
  context: Context,
): Promise<ReadonlyMap<ScreeningLine, SlipOutcome>> => {
  const outcomes = new Map<ScreeningLine, SlipOutcome>()
  const site = parseFiness(context.actor.site.id)
  const reads: Read[] = []
  for (const line of lines) {
    if (line.slip === null || line.compared === null) continue
    const serial = parseSlipSerial(line.slip, site.ok ? site.value : undefined)
    if (!serial.ok) outcomes.set(line, { kind: 'refused', code: 'SLIP_SERIAL_INVALID' })
    else {
      const sampledAt = new Date(line.compared.sampledAt)
      const { person } = line.compared
      reads.push({
        line,
        sampledAt,
        person,
        serial: serial.value,
        screeningId: screeningOf(line),
      })
    }
  }
  if (reads.length === 0) return outcomes
  for (const [line, outcome] of await take(reads, context)) outcomes.set(line, outcome)
  return outcomes
}

const rowsOf = async (
  reads: readonly Read[],
  { platform, at }: Context,
): Promise<ReadonlyMap<string, SlipRow>> => {
  const bySite = Map.groupBy(reads, ({ serial }) => serial.siteId as string)
  const rows = await Promise.all(
    [...bySite].map(([siteId, ofSite]) =>
      readSlips(
        platform.database,
        siteId,
        ofSite.map(({ serial }) => serial.text),
        at,
      ),
    ),
  )
  return new Map(rows.flat().map((row) => [row.serial, row]))
}

const take = async (
  reads: readonly Read[],
  context: Context,
): Promise<(readonly [ScreeningLine, SlipOutcome])[]> => {
  const { platform, actor, at } = context
  const siteId = actor.site.id
  const before = await rowsOf(reads, context)
  const decide = (read: Read, rows: ReadonlyMap<string, SlipRow>) =>
    slipDecision(rows.get(read.serial.text) ?? null, {
      id: read.screeningId,
      siteId,
      sampledAt: read.sampledAt,
    })
  const decided = reads.map((read) => ({ read, decision: decide(read, before) }))
  const claims = decided.flatMap(({ read, decision }) =>
    decision.decision === 'refuse'
      ? []
      : [{ serial: read.serial.text, screeningId: read.screeningId }],
  )
  if (claims.length > 0) await claimSlips(platform.database, siteId, claims, at)
  const now = claims.length > 0 ? await rowsOf(reads, context) : before
  await flagTypedTwice(reads, now, context)
  return decided.map(({ read, decision }) => {
    if (decision.decision === 'refuse') {
      return [read.line, { kind: 'refused', code: decision.code }] as const
    }
    // When two took the slip at once, the row says which one has it.
    const row = now.get(read.serial.text)
    if (row?.screeningId !== read.screeningId) {
      return [read.line, { kind: 'refused', code: 'SLIP_USED' }] as const
    }
    const { serial, isReconciled, linkHash } = row
    const flags = isReconciled ? [] : flagsOf(row, read)
    return [read.line, { kind: 'taken', serial, linkHash, isReconciled, flags }] as const
  })
}

/**
 * Whoever types a number first has it: a slip says nothing of its person that could be compared. When it comes again
 * for another person, one of the two was typed with a number that is not theirs.
 */
const flagTypedTwice = async (
  reads: readonly Read[],
  rows: ReadonlyMap<string, SlipRow>,
  { platform, dependencies, actor, at }: Context,
): Promise<void> => {
  const used = reads.flatMap((read) => {
    const screeningId = rows.get(read.serial.text)?.screeningId ?? read.screeningId
    return screeningId === read.screeningId ? [] : [{ read, screeningId }]
  })
  if (used.length === 0) return
  const { database, vault } = platform
  const ids = used.map(({ screeningId }) => screeningId)
  const stored = await readStored(database, actor.site.id, ids)
  const persons = new Map(stored.map((screening) => [screening.id, screening]))
  const twice = used.flatMap(({ read, screeningId }) => {
    const person = persons.get(screeningId)
    const isOther = person !== undefined && !isSamePerson(vault, person, read.person)
    return isOther ? [{ screeningId, serial: read.serial.text }] : []
  })
  if (twice.length > 0)
    dependencies.onFlags(await flagSlipsTypedTwice(database, twice, { actor, at }))
}

/** Also after a try that was cut off: a slip that was cancelled or late stays so for having been taken. */
const flagsOf = (row: SlipRow, { sampledAt }: Read): readonly SlipFlag[] => {
  const decision = slipDecision(
    { ...row, screeningId: null },
    { id: '', siteId: row.siteId, sampledAt },
  )
  return decision.decision === 'accept-and-flag' ? decision.flags : []
}
