import { lateReasons } from '@sidep/contracts'
import type { Vault } from '../../shared/storage/index.ts'
import { paperPrefix } from '../outbox/stored-outbox.ts'
import { type Defaults, defaultColumns, noDefaults } from './columns.ts'
import { isOpen, type ParsedRow, parseRow, type Row } from './row.ts'

const defaultsPlace = 'catch-up/defaults'

export interface RowStorage {
  readonly load: () => Promise<{ readonly rows: ParsedRow[]; readonly defaults: Defaults }>
  /**
   * Brings the disk to these lines; resolves once it is there. Calls follow one another. One that is on its way to the
   * outbox stays as it was typed.
   */
  readonly save: (rows: readonly Row[], defaults: Defaults) => Promise<void>
  /** The outbox has them now, and took them off the disk here. */
  readonly forget: (ids: readonly string[]) => void
}

const parseDefaults = (stored: unknown): Defaults => {
  if (typeof stored !== 'object' || stored === null) return noDefaults
  const values: Record<string, unknown> = { ...stored }
  const defaults: Record<(typeof defaultColumns)[number], string> = { ...noDefaults }
  for (const column of defaultColumns) {
    const value = values[column]
    if (typeof value === 'string') defaults[column] = value
  }
  const lateReason = lateReasons.find((reason) => reason === values.lateReason)
  return { ...defaults, lateReason: lateReason ?? noDefaults.lateReason }
}

/** Lines on this device, each in its own encrypted record; only what changed is written. */
export const createRowStorage = (vault: Vault): RowStorage => {
  const written = new Map<string, Row>()
  let writtenDefaults = noDefaults
  let last = Promise.resolve()

  const write = async (rows: readonly Row[], defaults: Defaults): Promise<void> => {
    const ids = new Set<string>()
    for (const row of rows) {
      ids.add(row.id)
      if (written.get(row.id) === row || !isOpen(row)) continue
      await vault.put(paperPrefix + row.id, row)
      written.set(row.id, row)
    }
    for (const id of [...written.keys()]) {
      if (ids.has(id)) continue
      await vault.delete(paperPrefix + id)
      written.delete(id)
    }
    if (defaults !== writtenDefaults) {
      await vault.put(defaultsPlace, defaults)
      writtenDefaults = defaults
    }
  }

  return {
    load: async () => {
      const stored = await vault.entries(paperPrefix)
      const rows = stored
        .flatMap(({ value }) => parseRow(value) ?? [])
        .toSorted((a, b) => a.row.place - b.row.place)
      written.clear()
      for (const { row } of rows) written.set(row.id, row)
      writtenDefaults = parseDefaults(await vault.get(defaultsPlace))
      return { rows, defaults: writtenDefaults }
    },
    forget: (ids) => {
      for (const id of ids) written.delete(id)
    },
    save: (rows, defaults) => {
      const next = last.then(() => write(rows, defaults))
      // One write that failed does not stop those after it.
      last = next.catch(() => undefined)
      return next
    },
  }
}
