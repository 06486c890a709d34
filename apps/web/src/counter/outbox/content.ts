/** What the counter keeps of a screening until the portal has it. */

import type { Entry, Owner as OutboxOwner } from '@sidep/continuity'
import { type FieldFault, fieldCodes, isProblemCode, ScreeningInput } from '@sidep/contracts'
import { Amendment, type Refusal } from '@sidep/sdk/parts'
import { type Static, Type } from 'typebox'

/** Whom an entry belongs to, with the names that the others at the counter know. */
export interface Owner extends OutboxOwner {
  readonly professionalName: string
  readonly siteName: string
}

/** A line typed from a paper, as it was typed: it goes back to the grid when it is to be changed. */
export const PaperDraft = Type.Object({
  /** Its place in the order of the pile. */
  place: Type.Number(),
  /** Texts by column. */
  cells: Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string' },
  }),
  /** Its line in the file that it came from. */
  sourceLine: Type.Union([Type.Number(), Type.Null()]),
  /** A person said that this is no double, whatever is like it. */
  isNoDuplicate: Type.Boolean(),
  /** Matricule of the INS code that its identity was scanned from. */
  ins: Type.Optional(Type.String()),
})
export type PaperDraft = Static<typeof PaperDraft>

export const Content = Type.Object({
  /** As it is sent; with its result once that is read. Of a correction: as it should be; of a withdrawal: as it is. */
  input: ScreeningInput,
  /** Null: typed before anybody had signed in. */
  author: Type.Union([
    Type.Object({ professionalName: Type.String(), siteName: Type.String() }),
    Type.Null(),
  ]),
  /** The anonymous draft that it belongs to while it has no author. */
  anonymousDraft: Type.Union([Type.String(), Type.Null()]),
  /** The portal has it already, without its result. */
  isRegistered: Type.Boolean(),
  /** Of a line typed from a paper. */
  paper: Type.Optional(PaperDraft),
  /** Of a correction or a withdrawal. */
  amendment: Type.Optional(Amendment),
})
export type Content = Static<typeof Content>

/** An entry that is here and not known to be in the portal. */
export type HeldEntry = Entry<Content> & { readonly screening: Content }

const isHeld = (entry: Entry<Content>): entry is HeldEntry =>
  entry.amends === null &&
  entry.screening !== null &&
  (entry.stage === 'waiting' || entry.stage === 'refused')

export const heldEntries = (entries: readonly Entry<Content>[]): HeldEntry[] =>
  entries.filter(isHeld)

/** A correction or a withdrawal that is here and not known to be carried out. */
export type HeldAmendment = Entry<Content> & {
  readonly amends: string
  readonly screening: Content & { readonly amendment: Amendment }
}

const isHeldAmendment = (entry: Entry<Content>): entry is HeldAmendment =>
  entry.amends !== null && entry.screening?.amendment !== undefined

export const heldAmendments = (entries: readonly Entry<Content>[]): HeldAmendment[] =>
  entries.filter(isHeldAmendment)

/** Typed at the counter, with the person there; what was typed from papers is shown in its grid. */
export const isOfCounter = ({ paper }: HeldEntry): boolean => paper === null

export const isOwnedBy = (
  { owner }: Pick<HeldEntry, 'owner'>,
  other: OutboxOwner | null,
): boolean =>
  other !== null &&
  owner !== null &&
  owner.professionalId === other.professionalId &&
  owner.siteId === other.siteId

/** Typed in this anonymous draft, and nobody's yet. */
export const isOfAnonymousDraft = (
  { owner, screening }: HeldEntry,
  draft: string | null,
): boolean => owner === null && draft !== null && screening.anonymousDraft === draft

/** Only a clock that was ahead puts times into the future: the form lets nobody type one. */
const isOfClock = (faults: readonly FieldFault[]): boolean =>
  faults.length > 0 &&
  faults.every(({ code }) => code === 'SAMPLED_IN_FUTURE' || code === 'RESULT_IN_FUTURE')

/** A code of a later version of the portal is said as what it is: something to be corrected. */
export const refusalOf = ({ refusal }: Pick<Entry<Content>, 'refusal'>): Refusal | null => {
  if (refusal === null) return null
  const faults = refusal.faults.flatMap(({ pointer, code }) => {
    const known = fieldCodes.find((candidate) => candidate === code)
    return known === undefined ? [] : [{ pointer, code: known }]
  })
  if (isOfClock(faults)) return { code: 'CLOCK_AHEAD', support: 'CLOCK_AHEAD', faults }
  const code = isProblemCode(refusal.code) ? refusal.code : 'REQUEST_INVALID'
  return { code, support: refusal.code, faults }
}
