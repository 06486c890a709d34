/** Makes of what a professional says was wrong the correction, or the withdrawal, that the outbox keeps and sends. */
import type { CorrectionReason, ScreeningInput, ScreeningWithdrawalReason } from '@sidep/contracts'
import type { Amendment, AmendOutcome } from '@sidep/sdk/parts'
import type { Store } from '../../shared/store.ts'
import { inputOf, type Row } from '../lists/rows.ts'
import type { Content } from '../outbox/content.ts'
import type { Sender } from '../outbox/sender.ts'
import { type CounterState, ownerOf } from '../state.ts'

export interface Amendments {
  /** @param input the screening as it should have been entered */
  readonly correct: (
    row: Row,
    input: ScreeningInput,
    reason: CorrectionReason,
  ) => Promise<AmendOutcome>
  readonly withdraw: (row: Row, reason: ScreeningWithdrawalReason) => Promise<AmendOutcome>
  /** Gives up one that cannot have left, or was refused. */
  readonly recallAmendment: (id: string) => Promise<void>
}

export interface AmendmentsDependencies {
  readonly store: Pick<Store<CounterState>, 'get'>
  readonly sender: Pick<Sender, 'amend' | 'recallAmendment'>
  readonly newId: () => string
}

/** The version of a screening that a row shows. */
export const versionOf = ({ change }: Pick<Row, 'change'>): number => change?.version ?? 1

export const createAmendments = ({ store, sender, newId }: AmendmentsDependencies): Amendments => {
  const amend = (row: Row, input: ScreeningInput, amendment: Amendment): Promise<AmendOutcome> => {
    const owner = ownerOf(store.get().session)
    if (owner === null) throw new Error('nothing is amended before a site is chosen')
    const { professionalName, siteName } = owner
    const content: Content = {
      input,
      author: { professionalName, siteName },
      anonymousDraft: null,
      isRegistered: row.held?.screening.isRegistered ?? true,
      amendment,
    }
    return sender.amend(newId(), content, owner)
  }
  return {
    correct: (row, input, reason) =>
      amend(row, input, { act: 'correct', replaces: versionOf(row), reason }),
    withdraw: (row, reason) =>
      amend(row, inputOf(row), { act: 'withdraw', replaces: versionOf(row), reason }),
    recallAmendment: sender.recallAmendment,
  }
}
