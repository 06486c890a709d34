/** What a correction or a withdrawal will do, said before it is made. */
import type { Result } from '@sidep/contracts'
import { recoveryTermFrom } from '@sidep/hcert'
import { isLate } from '@sidep/screening'
import { dayIn } from '@sidep/time'
import type { Row } from '../lists/rows.ts'
import { versionOf } from './amendments.ts'
import type { correctionMessages } from './correction-messages.ts'

type Key = keyof (typeof correctionMessages)['fr']

/** A sentence of the catalogue. */
export type Consequence =
  | { readonly key: 'oldRefused' | 'oldRefusedNoNew' | 'newOne'; readonly number: number }
  | { readonly key: 'toldAt'; readonly contact: string }
  | {
      readonly key: Extract<
        Key,
        | 'noCertificate'
        | 'notRead'
        | 'here'
        | 'hereGone'
        | 'provisionalStays'
        | 'provisionalNow'
        | 'follows'
        | 'followsWithdrawal'
        | 'recovery'
        | 'recoveryAgain'
        | 'notTold'
        | 'confirmation'
        | 'offline'
        | 'kept'
      >
    }

/** Only this device has it: neither the portal nor anybody with a paper. */
const isHereAlone = ({ held }: Pick<Row, 'held'>): boolean =>
  held !== null && !held.mayBeKnown && !held.screening.isRegistered && held.document === null

export interface Intended {
  readonly act: 'correct' | 'withdraw'
  /** The way to reach the person, or a part of it; null: there is none. */
  readonly contact: string | null
  readonly isPortalAtHand: boolean
  /** The result that it will have. */
  readonly result: Result | null
  readonly now: Date
  /** Of the site, as IANA names it. */
  readonly timeZone: string
}

/**
 * The certificate of recovery that ends with its test: the person asks for it at their link, so one may have been issued
 * from its first day on.
 */
const ofRecovery = (row: Row, { act, result, now, timeZone }: Intended): Consequence[] => {
  if (row.result !== 'positive' || row.certificate === null) return []
  const { validFrom } = recoveryTermFrom(dayIn(new Date(row.sampledAt), timeZone))
  if (dayIn(now, timeZone) < validFrom) return []
  const isAgain = act === 'correct' && result === 'positive'
  return [{ key: isAgain ? 'recoveryAgain' : 'recovery' }]
}

/** Of the certificate in force, or of what there is in its place. */
const ofCertificate = (row: Row, { act, result, now }: Intended): Consequence[] => {
  const isCorrection = act === 'correct'
  const number = versionOf(row)
  if (row.held !== null) {
    const isSigned = row.held.document !== null
    return [
      ...(isSigned ? [{ key: 'provisionalStays' } as const] : []),
      ...(isSigned && isCorrection ? [{ key: 'provisionalNow' } as const] : []),
      { key: isCorrection ? 'follows' : 'followsWithdrawal' },
    ]
  }
  if (row.result === null) return [{ key: 'notRead' }]
  // A positive of long ago gives its certificate by a colleague's word, unless one was given for it.
  const isHeld =
    isCorrection &&
    result === 'positive' &&
    row.result !== 'positive' &&
    isLate(new Date(row.sampledAt), now)
  const hasNew = isCorrection && result !== 'inconclusive' && !isHeld
  if (row.certificate === null)
    return [
      { key: 'noCertificate' },
      ...(isHeld ? [{ key: 'confirmation' } as const] : []),
      ...(hasNew && row.confirmation === undefined
        ? [{ key: 'newOne', number: number + 1 } as const]
        : []),
    ]
  return [
    { key: hasNew ? 'oldRefused' : 'oldRefusedNoNew', number },
    ...(isHeld ? [{ key: 'confirmation' } as const] : []),
  ]
}

/** In the order in which they are said. */
export const consequencesOf = (row: Row, intended: Intended): Consequence[] => {
  const { act, contact, isPortalAtHand } = intended
  if (isHereAlone(row)) return [{ key: act === 'correct' ? 'here' : 'hereGone' }]
  const isRead = row.result !== null
  const telling: Consequence[] =
    contact === null ? [{ key: 'notTold' }] : [{ key: 'toldAt', contact }]
  return [
    ...ofCertificate(row, intended),
    ...ofRecovery(row, intended),
    ...(isRead ? telling : []),
    ...(isPortalAtHand ? [] : [{ key: 'offline' } as const]),
    { key: 'kept' },
  ]
}
