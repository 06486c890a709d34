import { useMessages } from '../../../shared/messages/index.ts'
import { Tag } from '../../../shared/ui/index.ts'
import type { RowStanding } from '../../catch-up/checker.ts'
import { isOwn } from '../../catch-up/desk.ts'
import type { Row } from '../../catch-up/row.ts'
import { useCounterState, useSiteZone } from '../../context.ts'
import { unreachablePhone } from '../../form/unreachable-phone.ts'
import { ownerOf } from '../../state.ts'
import { catchUpMessages } from './catch-up-messages.ts'

/** Where a line stands, in words. */
export const RowState = ({
  row,
  standing,
  isFlying,
}: {
  readonly row: Row
  readonly standing: RowStanding | null
  readonly isFlying: boolean
}) => {
  const t = useMessages(catchUpMessages)
  const { session } = useCounterState()
  const timeZone = useSiteZone()
  const faults = Object.values(standing?.faults ?? {})
  const isIncomplete = faults.length > 0 && faults.every((fault) => fault === 'REQUIRED')
  if (row.stage === 'queued' || row.stage === 'sent') {
    const isColleagues = !isOwn(row, ownerOf(session))
    return (
      <>
        <Tag tone="info" icon="clock">
          {t(isFlying ? 'stateFlying' : row.stage === 'sent' ? 'stateSent' : 'stateQueued')}
        </Tag>
        {row.ins !== null && <span className="small">{t('insTag')}</span>}
        {isColleagues && <span className="small">{row.owner.professionalName}</span>}
      </>
    )
  }
  return (
    <>
      {standing?.isReady === true ? (
        <Tag tone="good" icon="tick">
          {t('stateReady')}
        </Tag>
      ) : faults.length > 0 ? (
        <Tag {...(isIncomplete ? {} : { tone: 'warn' as const })}>
          {isIncomplete ? t('stateIncomplete') : t('stateFaults', { count: faults.length })}
        </Tag>
      ) : standing?.isRefusedElsewhere === true ? (
        <Tag tone="bad" icon="error">
          {t('stateRefused')}
        </Tag>
      ) : standing !== null && standing.toConfirm.length > 0 ? (
        <Tag tone="warn" icon="question">
          {t('stateToConfirm')}
        </Tag>
      ) : standing?.isAlike === true ? (
        <Tag tone="warn" icon="question">
          {t('stateAlike')}
        </Tag>
      ) : standing !== null && standing.doubleOf !== null ? (
        <Tag tone="warn" icon="question">
          {t('stateDouble')}
        </Tag>
      ) : null}
      {row.ins !== null && <span className="small">{t('insTag')}</span>}
      {unreachablePhone(row.cells.contact, timeZone) === 'landline' && (
        <span className="small">{t('landlineTag')}</span>
      )}
      {!isOwn(row, ownerOf(session)) && <span className="small">{row.owner.professionalName}</span>}
    </>
  )
}
