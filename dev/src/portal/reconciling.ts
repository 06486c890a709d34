/** Batches of what a counter did while it was alone. */
import type {
  FieldFault,
  ProblemCode,
  ReconciliationBatch,
  ReconciliationLine,
  ScreeningInput,
} from '@sidep/contracts'
import type { Static } from 'typebox'
import type { Books } from './books.ts'
import type { SlipBooks } from './slips.ts'

export type Batch = Static<typeof ReconciliationBatch>
type Item = Batch['items'][number]

/** What a test has the portal say of a line instead of recording it. */
type Judgement =
  | { readonly status: 'refused'; readonly code: string; readonly faults: FieldFault[] }
  | { readonly status: 'later'; readonly retryAfterSeconds: number }

export type Judge = (screening: ScreeningInput, slip: string | null) => Judgement | undefined

export interface Reconciling {
  readonly books: Books
  readonly slips: SlipBooks
  readonly judge: Judge
  /** Every line is refused so; null: each is judged by itself. */
  readonly refusal: { readonly code: ProblemCode; readonly faults?: readonly FieldFault[] } | null
}

export const reconcileItems = (
  { books, slips, judge, refusal }: Reconciling,
  items: readonly Item[],
): ReconciliationLine[] =>
  items.map((item): ReconciliationLine => {
    const { id } = item
    if (item.kind === 'ask') {
      const entry = books.screenings.get(id)
      if (entry === undefined) books.breaches.push(`asked for ${id}, which was never acknowledged`)
      return { id, status: entry?.state === 'final' ? 'definitive' : 'acknowledged' }
    }
    const { screening, provisional, slip } = item
    if (refusal !== null)
      return { id, status: 'refused', code: refusal.code, faults: [...(refusal.faults ?? [])] }
    const judged = judge(screening, slip)
    if (judged !== undefined) return { id, ...judged }
    const recorded = books.record(screening)
    const isOverridden = !recorded.ok && recorded.code === 'RESULT_ALREADY_SET'
    if (!recorded.ok && !(isOverridden && item.aside !== undefined))
      return { id, status: 'refused', code: recorded.code, faults: [] }
    if (provisional !== null) books.account(provisional, screening)
    if (slip !== null) slips.use(slip)
    const state = books.screenings.get(id)?.state
    return { id, status: state === 'final' ? 'definitive' : 'acknowledged' }
  })
