/** Lines typed from papers, in and out of the outbox: the grid's way to it. */
import type { ScreeningInput } from '@sidep/contracts'
import {
  type Content,
  type HeldEntry,
  heldEntries,
  type Owner,
  type PaperDraft,
} from './content.ts'
import type { Driver } from './driver.ts'
import { idsOf } from './pace.ts'

/** A line that is ready. */
export interface ReadyLine {
  readonly input: ScreeningInput
  readonly slip: string | null
  readonly draft: PaperDraft
  /** An earlier version of this page may have sent it, as it is now. */
  readonly isSent?: boolean
  /** Who typed it. */
  readonly owner: Owner
}

/** A line that the outbox has. */
export type HeldLine = HeldEntry & {
  readonly paper: NonNullable<HeldEntry['paper']>
  readonly screening: Content & { readonly paper: PaperDraft }
}

export const heldLines = (entries: Parameters<typeof heldEntries>[0]): HeldLine[] =>
  heldEntries(entries).filter(
    (entry): entry is HeldLine => entry.paper !== null && entry.screening.paper !== undefined,
  )

export interface PaperLines {
  /** Keeps lines to be sent. @returns the ids of those that are kept; the others are not, for want of room */
  readonly queue: (lines: readonly ReadyLine[]) => Promise<readonly string[]>
  /** Takes lines back that cannot have reached the portal, or that it refused. */
  readonly recall: (ids: readonly string[]) => Promise<void>
  /** Takes a colleague's over. */
  readonly handOver: (lines: readonly HeldLine[], owner: Owner) => Promise<void>
}

/** As many as a batch takes: on a full disk a part of a pile may still fit, and its leaving makes room. */
const linesPerChange = 50

const contentOf = ({ input, draft }: ReadyLine, owner: Owner): Content => ({
  input,
  author: authorOf(owner),
  anonymousDraft: null,
  isRegistered: false,
  paper: draft,
})

const authorOf = ({ professionalName, siteName }: Owner) => ({ professionalName, siteName })

export interface PaperLinesDependencies {
  readonly driver: Pick<Driver, 'dispatch'>
  readonly at: () => number
  /** Something can be sent. */
  readonly wake: () => void
}

export const createPaperLines = ({ driver, at, wake }: PaperLinesDependencies): PaperLines => ({
  queue: async (ready) => {
    const kept: string[] = []
    const byOwner = Map.groupBy(ready, ({ owner }) => `${owner.professionalId}/${owner.siteId}`)
    for (const ownLines of byOwner.values()) {
      for (let from = 0; from < ownLines.length; from += linesPerChange) {
        const part = ownLines.slice(from, from + linesPerChange)
        const [first] = part
        if (first === undefined) break
        const lines = part.map((line) => ({
          id: line.input.id,
          screening: contentOf(line, first.owner),
          slip: line.slip,
          isNoDouble: line.draft.isNoDuplicate,
          isSent: line.isSent ?? false,
        }))
        const owner = idsOf(first.owner)
        const { isStored } = await driver.dispatch({
          type: 'lines-queued',
          lines,
          owner,
          now: at(),
        })
        if (!isStored) return kept
        kept.push(...lines.map(({ id }) => id))
        wake()
      }
    }
    return kept
  },
  recall: async (ids) => {
    if (ids.length > 0) await driver.dispatch({ type: 'lines-recalled', ids, now: at() })
  },
  handOver: async (held, owner) => {
    if (held.length === 0) return
    const author = authorOf(owner)
    const lines = held.map(({ id, screening }) => ({ id, screening: { ...screening, author } }))
    await driver.dispatch({ type: 'lines-handed-over', lines, owner: idsOf(owner), now: at() })
    wake()
  },
})
