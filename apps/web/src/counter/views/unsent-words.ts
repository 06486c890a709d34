import type { Translate } from '../../shared/messages/index.ts'
import type { messages } from '../messages.ts'
import type { Unsent } from '../state.ts'

/** «2 dépistages, 1 correction»; empty when nothing waits. */
export const unsentWords = (
  t: Translate<(typeof messages)['fr']>,
  { screenings, corrections, withdrawals }: Unsent,
): string =>
  [
    ...(screenings > 0 ? [t('unsentScreenings', { count: screenings })] : []),
    ...(corrections > 0 ? [t('unsentCorrections', { count: corrections })] : []),
    ...(withdrawals > 0 ? [t('unsentWithdrawals', { count: withdrawals })] : []),
  ].join(', ')

/** What the state bar says of each kind that waits. */
export const toSendWords = (
  t: Translate<(typeof messages)['fr']>,
  { screenings, corrections, withdrawals }: Unsent,
): readonly string[] => [
  ...(screenings > 0 ? [t('toSend', { count: screenings })] : []),
  ...(corrections > 0 ? [t('correctionsToSend', { count: corrections })] : []),
  ...(withdrawals > 0 ? [t('withdrawalsToSend', { count: withdrawals })] : []),
]
