/**
 * Catch-up entry without its screen. Invariants:
 * 1. A line is on disk before its first byte is sent, and leaves the disk only once the server has it, or a person
 *    takes it out.
 * 2. What may have reached the server is frozen and sent again the same, under the same id, until it is answered.
 * 3. One tab types and sends; others wait for it.
 * 4. Lines are sent in the name of who typed them, or of a colleague at the site who takes them over.
 */

import type { ApiError } from '../../shared/api/index.ts'
import type { Vault } from '../../shared/storage/index.ts'
import { timeHere } from '../clock.ts'
import { type CounterState, counterKind, minutesToResult, ownerOf } from '../state.ts'
import { createStore, type Store } from '../store.ts'
import { siteZoneOf } from '../typing/site-zone.ts'
import type { CheckContext } from './check-row.ts'
import { createChecker, type Standing } from './checker.ts'
import { type Cells, type Column, columns } from './columns.ts'
import { isDoubtful } from './doubts.ts'
import { gridReducer, withRows } from './grid.ts'
import type { Grid, GridAction, GridMeans, Imported } from './grid-state.ts'
import { emptyGrid } from './grid-state.ts'
import { settleCell } from './read-cell.ts'
import { isOpen, type Row, type RowOwner } from './row.ts'
import { createRowSender, type RowSenderDependencies } from './row-sender.ts'
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
  readonly standings: (rows: readonly Row[]) => ReadonlyMap<string, Standing>
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
  readonly standing: Standing
}

export interface CatchUpDependencies
  extends Pick<RowSenderDependencies, 'api' | 'random' | 'after' | 'now'> {
  readonly vault: Vault
  readonly counter: Pick<Store<CounterState>, 'get' | 'subscribe'>
  readonly newId: () => string
  /** Calls `waits` when another tab holds it, and resolves once this one does. */
  readonly hold: (waits: () => void) => Promise<void>
  readonly sessionTrouble: () => void
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
  const { vault, counter, now, newId, hold } = dependencies
  const store = createStore<DeskState>(initial)
  const storage = createRowStorage(vault)
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
      await storage.save([...others, ...grid.rows], grid.defaults)
      const isLatest = store.get().grid.rows === grid.rows
      store.set((state) => ({ ...state, hasSaveFailed: false, isSaved: isLatest || state.isSaved }))
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

  const sender = createRowSender({
    ...dependencies,
    owner,
    isSessionUsable: () => {
      const { session, isSessionLost, isRenewalDue } = counter.get()
      return session !== null && !isSessionLost && !isRenewalDue
    },
    rows: () => store.get().grid.rows,
    change: changeRows,
    saved: save,
    flying: (ids) => store.set((state) => ({ ...state, inFlight: new Set(ids) })),
    taken: (count) => store.set((state) => ({ ...state, done: state.done + count })),
    trouble: (trouble) => store.set((state) => ({ ...state, trouble })),
  })

  /** The lines of the site at which the session is come forward; others stay kept. */
  const follow = (): void => {
    const siteId = owner()?.siteId ?? null
    const { grid, others } = store.get()
    const isHere = (row: Row): boolean => row.owner.siteId === siteId
    if (grid.rows.every(isHere) && !others.some(isHere)) return
    const all = [...others, ...grid.rows].toSorted((a, b) => a.place - b.place)
    store.set((state) => ({
      ...state,
      grid: { ...emptyGrid, defaults: state.grid.defaults, rows: all.filter(isHere) },
      others: all.filter((row) => !isHere(row)),
    }))
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
      store.set((state) => ({
        ...state,
        phase: 'open',
        grid: { ...emptyGrid, defaults },
        others: rows,
      }))
      follow()
      counter.subscribe(() => {
        follow()
        sender.wake()
      })
      sender.wake()
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
      const tidy = lines.map(({ cells, line }) => ({
        line,
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
      let count = 0
      changeRows((row) => {
        const standing = standings.get(row.id)
        if (!isOwn(row, current) || standing?.isReady !== true || !standing.checked.ok) return row
        count += 1
        const { input, slip } = standing.checked
        return { ...row, stage: 'queued', request: { input, slip }, refusal: null }
      })
      sender.wake()
      return count
    },
    takeBack: () =>
      changeRows((row) =>
        row.stage === 'queued' && !store.get().inFlight.has(row.id)
          ? { ...row, stage: 'typing', request: null }
          : row,
      ),
    adopt: () => {
      const current = owner()
      if (current === null) return
      changeRows((row) => (isOwn(row, current) ? row : { ...row, owner: current }))
      sender.wake()
    },
  }
}

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
