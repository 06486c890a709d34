import type { AmendOutcome } from '@sidep/sdk/parts'
import type { RefObject } from 'react'
import type { Row } from '../../lists/rows.ts'

/** What takes the codes that a hand scanner reads. */
export interface ScanTarget {
  readonly scanMayBegin: () => void
  readonly scanned: (text: string) => void
}

/** What was done, to be said where one comes back to. */
export type AmendDone = Extract<AmendOutcome['kind'], 'done' | 'here' | 'queued'>

export interface AmendViewProps {
  readonly act: 'correct' | 'withdraw'
  readonly row: Row
  readonly scanTarget: RefObject<ScanTarget | null>
  readonly onBack: () => void
  readonly onDone: (done: AmendDone) => void
}
