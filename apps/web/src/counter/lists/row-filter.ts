import type { Row } from './rows.ts'

/** Which of a day's results are shown. */
export const rowFilters = ['all', 'negative', 'positive', 'inconclusive', 'to-send'] as const
export type RowFilter = (typeof rowFilters)[number]

export const isShownBy = ({ state, result }: Pick<Row, 'state' | 'result'>, filter: RowFilter) =>
  filter === 'all' || (filter === 'to-send' ? state !== 'final' : result === filter)
