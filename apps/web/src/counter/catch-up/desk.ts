/**
 * Catch-up entry without its screen. Invariants:
 * 1. A line is on disk before its first byte is sent, and leaves the disk only once the server has it, or a person
 *    takes it out. While it is typed the grid keeps it, while it is sent the outbox: it moves in one change.
 * 2. What may have reached the server is frozen and sent again the same, under the same id, until it is answered.
 * 3. One tab types; others wait for it. One tab sends: the outbox's.
 * 4. Lines are sent in the name of who typed them, or of a colleague at the site who takes them over.
 */

import type { ApiError } from '../../shared/api/index.ts'
import type { Vault } from '../../shared/storage/index.ts'
import { createStore, type Store } from '../../shared/store.ts'
import { timeHere } from '../clock.ts'
import { heldLines, type PaperLines, type ReadyLine } from '../outbox/lines.ts'
import { type CounterState, counterKind, minutesToResult, ownerOf } from '../state.ts'
import { siteZoneOf } from '../typing/site-zone.ts'
import type { CheckContext } from './check-row.ts'
import { createChecker, type RowStanding } from './checker.ts'
import { type Cells, type Column, columns } from './columns.ts'
import { isDoubtful } from './doubts.ts'
import { gridReducer, withRows } from './grid.ts'
import type { Grid, GridAction, GridMeans, Imported } from './grid-state.ts'
import { emptyGrid } from './grid-state.ts'
import { mergeRows } from './queued-rows.ts'
import { settleCell } from './read-cell.ts'
import { isOpen, type ParsedRow, type Row, type RowOwner } from './row.ts'
import { createRowStorage } from './row-storage.ts'

export interface DeskState {
  /** `elsewhere`: another tab has it. */
  readonly phase: 'opening' | 'elsewhere' | 'open'
  /** Lines of the site where the session is. */
  readonly grid: Grid
  /** Lines of other sites, kept for them. */
  readonly others: readonly Row[]
  readonly isSaved: boolean
  /** The browser refused to keep the last change. */
  readonly hasSaveFailed: boolean
  readonly inFlight: ReadonlySet<string>
  /** What the server has taken since this page was opened. */
  readonly done: number
  /** Why nothing is sent at the moment, and until when. */
  readonly trouble: { readonly error: ApiError; readonly retryAt: Date } | null
}

export interface CatchUpDesk {
  readonly store: Pick<Store<DeskState>, 'get' | 'subscribe'>
  /** Takes the desk for this tab, reads what is kept, and sends what waits. */
  readonly open: () => Promise<void>
  readonly dispatch: (action: GridAction) => void
  /** What stands in the way of each line. */
  readonly standings: (rows: readonly Row[]) => ReadonlyMap<string, RowStanding>
  /** Lines of a file in their one writing, and what stands in the way of each, beside those here: nothing is changed. */
  readonly tryOut: (lines: readonly Imported[]) => readonly Tried[]
  /** Puts into the queue whatever of one's own is ready. @returns how many lines */
  readonly send: () => number
  /** Back from the queue, to change it; what is on its way stays. */
  readonly takeBack: () => void
  /** A colleague's lines become one's own. */
  readonly adopt: () => void
}

export interface Tried extends Imported {
  readonly standing: RowStanding
}

export interface CatchUpDependencies {
  readonly now: () => Date
  /** What is ready goes there. */
  readonly lines: PaperLines
  readonly vault: Vault
  readonly counter: Pick<Store<CounterState>, 'get' | 'subscribe'>
  readonly newId: () => string
  /** Calls `waits` when another tab holds it, and resolves once this one does. */
  readonly hold: (waits: () => void) => Promise<void>
}

const initial: DeskState = {
  phase: 'opening',
  grid: emptyGrid,
  others: [],
  isSaved: true,
  hasSaveFailed: false,
  inFlight: new Set(),
  done: 0,
  trouble: null,
}

export const isOwn = (row: Row, owner: RowOwner | null): boolean =>
  owner !== null &&
  row.owner.siteId === owner.siteId &&
  row.owner.professionalId === owner.professionalId

export const createCatchUpDesk = (dependencies: CatchUpDependencies): CatchUpDesk => {
  const { vault, counter, now, newId, hold, lines } = dependencies
  const store = createStore<DeskState>(initial)
  const storage = createRowStorage(vault)
  /** On their way from the grid to the outbox or back: they are kept on both sides until that is done. */
  const moving = new Set<string>()
  /** The site whose lines the grid has; another site's is another grid, with nothing to undo. */
  let gridSite: string | null = null
  /** The outbox had no room for what was last to be sent. */
  let isQueueFull = false
  const check = createChecker()

  const owner = (): RowOwner | null => ownerOf(counter.get().session)

  const contextNow = (): CheckContext => {
    const { catalogue, recentDevices, session } = counter.get()
    const { code } = counterKind(catalogue)
    return {
      now: timeHere(counter.get().outbox, now()),
      timeZone: siteZoneOf(counter.get()),
      siteId: session?.site?.id ?? '',
      catalogue,
      recentDevices,
      kind: { code, minutesToResult: minutesToResult(catalogue, code) },
      lateReason: store.get().grid.defaults.lateReason,
    }
  }

  const save = async (): Promise<void> => {
    const { grid, others } = store.get()
    store.set((state) => ({ ...state, isSaved: false }))
    try {
      const own = [...others, ...grid.rows].filter((row) => isOpen(row) || moving.has(row.id))
      await storage.save(own, grid.defaults)
      const isLatest = store.get().grid.rows === grid.rows
      store.set((state) => ({
        ...state,
        hasSaveFailed: isQueueFull,
        isSaved: isLatest || state.isSaved,
      }))
    } catch (error) {
      console.error('CATCH_UP_NOT_SAVED', error)
      store.set((state) => ({ ...state, hasSaveFailed: true }))
      throw error
    }
  }
  /** Said on the screen when it fails; whoever must know before going on awaits `save`. */
  const saveSoon = (): void => void save().catch(() => undefined)

  const setGrid = (change: (grid: Grid) => Grid): void => {
    const before = store.get().grid
    const after = change(before)
    if (after === before) return
    store.set((state) => ({ ...state, grid: after }))
    if (after.rows !== before.rows || after.defaults !== before.defaults) saveSoon()
  }
  const changeRows = (change: (row: Row) => Row | null): void =>
    setGrid((grid) => {
      const rows = grid.rows.flatMap((row) => change(row) ?? [])
      const isSame =
        rows.length === grid.rows.length && rows.every((row, at) => row === grid.rows[at])
      return isSame ? grid : withRows(grid, rows)
    })

  const isHere = (row: Row): boolean => row.owner.siteId === owner()?.siteId

  /** Shows these lines, those of the site at which the session is; others stay kept. */
  const show = (rows: readonly Row[]): void => {
    const { grid, others } = store.get()
    const here = rows.filter(isHere)
    const elsewhere = rows.filter((row) => !isHere(row))
    const isSame = (left: readonly Row[], right: readonly Row[]): boolean =>
      left.length === right.length && left.every((row, at) => row === right[at])
    if (isSame(grid.rows, here) && isSame(others, elsewhere)) return
    const siteId = owner()?.siteId ?? null
    const isSameSite = siteId === gridSite
    gridSite = siteId
    store.set((state) => ({
      ...state,
      grid: isSameSite
        ? withRows(state.grid, here)
        : { ...emptyGrid, defaults: state.grid.defaults, rows: here },
      others: elsewhere,
    }))
    saveSoon()
  }

  /** What the outbox has of lines, and what it says of the way to the server. */
  const follow = (): void => {
    const { outbox, link } = counter.get()
    const { grid, others } = store.get()
    const { rows, left, back } = mergeRows(
      [...others, ...grid.rows],
      heldLines(outbox.entries),
      moving,
    )
    show(rows)
    const sent = rows.flatMap(({ id, stage }) => (stage === 'sent' ? [id] : []))
    const isWaiting = rows.some((row) => !isOpen(row) && isOwn(row, owner()))
    const retryAt = (at: Date): Date => new Date(Math.max(at.getTime(), outbox.backoff.until))
    const trouble =
      link.state !== 'online' && isWaiting
        ? { error: link.error, retryAt: retryAt(link.retryAt) }
        : null
    store.set((state) => ({
      ...state,
      done: state.done + left.length,
      inFlight: new Set(outbox.sending === null ? [] : sent),
      trouble,
    }))
    if (back.length > 0) giveBack(back)
  }

  /** Work on lines while they are on their way; what came of it is seen when it is done. */
  const move = (ids: readonly string[], work: () => Promise<unknown>): void => {
    for (const id of ids) moving.add(id)
    const arrived = (): void => {
      for (const id of ids) moving.delete(id)
    }
    work().then(
      () => {
        arrived()
        follow()
      },
      (error: unknown) => {
        console.error('CATCH_UP_NOT_MOVED', error)
        arrived()
      },
    )
  }

  /** Once they are kept here they leave the outbox. */
  const giveBack = (ids: readonly string[]): void =>
    move(ids, async () => {
      await save()
      await lines.recall(ids)
    })

  /** Those that the outbox could not keep are the grid's again. */
  const enqueue = (ready: readonly ReadyLine[]): void => {
    const ids = ready.map(({ input }) => input.id)
    move(ids, async () => {
      let kept: readonly string[] = []
      try {
        // What was typed last may still be on its way to the disk: it must not come behind its own entry.
        await save()
        kept = await lines.queue(ready)
      } finally {
        storage.forget(kept)
        const isKept = new Set(kept)
        const lost = new Set(ids.filter((id) => !isKept.has(id)))
        if (lost.size > 0) {
          isQueueFull = true
          changeRows((row) => (lost.has(row.id) ? { ...row, stage: 'typing' } : row))
        }
      }
    })
  }

  /**
   * What an older version of this page had queued, it had a sender of its own for, is the outbox's. Where that has no room
   * it stays on the disk as it is, until the next opening: it may have reached the server.
   *
   * @returns the others
   */
  const takeOver = async (parsed: readonly ParsedRow[]): Promise<readonly Row[]> => {
    const queued = parsed.flatMap(({ row, queued }) =>
      queued === null ? [] : [{ ...queued, ...readyOf(row) }],
    )
    await lines.queue(queued)
    storage.forget(queued.map(({ input }) => input.id))
    return parsed.flatMap(({ row, queued }) => (queued === null ? [row] : []))
  }

  const means = (): GridMeans | null => {
    const current = owner()
    if (current === null) return null
    const context = contextNow()
    return {
      newId,
      owner: current,
      settle: (column, text) => settleCell(column, text, context),
      isDoubtful: (column, text) => isDoubtful(column, text, context),
    }
  }

  return {
    store,
    open: async () => {
      await hold(() => store.set((state) => ({ ...state, phase: 'elsewhere' })))
      const { rows, defaults } = await storage.load()
      const others = await takeOver(rows)
      store.set((state) => ({
        ...state,
        phase: 'open',
        grid: { ...emptyGrid, defaults },
        others,
      }))
      follow()
      let { outbox, link, session } = counter.get()
      counter.subscribe(() => {
        const now = counter.get()
        const isSame =
          now.outbox.entries === outbox.entries &&
          now.outbox.sending === outbox.sending &&
          now.link === link &&
          now.session === session
        if (isSame) return
        ;({ outbox, link, session } = now)
        follow()
      })
    },
    dispatch: (action) => {
      const current = means()
      if (current === null || store.get().phase !== 'open') return
      setGrid((grid) => gridReducer(grid, action, current))
    },
    standings: (rows) => check(rows, contextNow()),
    tryOut: (lines) => {
      const current = means()
      if (current === null) return []
      const { grid } = store.get()
      const tidy = lines.map(({ cells, ...others }) => ({
        ...others,
        cells: settledCells(cells, current),
        toConfirm: columns.filter((column) => current.isDoubtful(column, cells[column])),
      }))
      const trial = gridReducer(grid, { type: 'import', lines: tidy }, current)
      const standings = check(trial.rows, contextNow())
      const fresh = trial.rows.slice(grid.rows.length)
      return tidy.flatMap((imported, index) => {
        const standing = standings.get(fresh[index]?.id ?? '')
        return standing === undefined ? [] : [{ ...imported, standing }]
      })
    },
    send: () => {
      const current = owner()
      const context = contextNow()
      const standings = check(store.get().grid.rows, context)
      const ready: ReadyLine[] = []
      changeRows((row) => {
        const standing = standings.get(row.id)
        if (!isOwn(row, current) || standing?.isReady !== true || !standing.checked.ok) return row
        if (moving.has(row.id)) return row
        // Before anything is saved: its record stays until the outbox has it.
        moving.add(row.id)
        ready.push({ ...standing.checked, ...readyOf(row) })
        return { ...row, stage: 'queued', refusal: null }
      })
      isQueueFull = false
      if (ready.length > 0) enqueue(ready)
      return ready.length
    },
    takeBack: () => {
      const ids = store
        .get()
        .grid.rows.flatMap(({ id, stage }) => (stage === 'queued' && !moving.has(id) ? [id] : []))
      for (const id of ids) moving.add(id)
      const wanted = new Set(ids)
      changeRows((row) => (wanted.has(row.id) ? { ...row, stage: 'typing' } : row))
      giveBack(ids)
    },
    adopt: () => {
      const current = owner()
      if (current === null) return
      const colleagues = new Set(
        store.get().grid.rows.flatMap((row) => (isOwn(row, current) ? [] : [row.id])),
      )
      changeRows((row) =>
        colleagues.has(row.id) && isOpen(row) ? { ...row, owner: current } : row,
      )
      const held = heldLines(counter.get().outbox.entries).filter(({ id }) => colleagues.has(id))
      lines
        .handOver(held, current)
        .catch((error: unknown) => console.error('CATCH_UP_NOT_MOVED', error))
    },
  }
}

/** What goes with a line beside the request that it becomes. */
const readyOf = ({ place, cells, sourceLine, isNoDuplicate, ins, owner }: Row) => ({
  draft: {
    place,
    cells: { ...cells },
    sourceLine,
    isNoDuplicate,
    ...(ins === null ? {} : { ins }),
  },
  owner,
})

const settledCells = (cells: Cells, { settle }: GridMeans): Cells => {
  const settled: Record<Column, string> = { ...cells }
  for (const column of columns) settled[column] = settle(column, cells[column])
  return settled
}

/** Lines that a person can still change, and those that are on their way. */
export const countOf = (rows: readonly Row[]): { open: number; toSend: number } => {
  const open = rows.filter(isOpen).length
  return { open, toSend: rows.length - open }
}
