import { mayBeTakenBack } from '@sidep/continuity'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button } from '../../../shared/ui/index.ts'
import { useCounterValue } from '../../context.ts'
import { isWithdrawn, type Row } from '../../lists/rows.ts'
import { correctionMessages } from '../../record/correction-messages.ts'

/** The ways to put a record right, for as long as it stands, and there is somebody whose act it would be. */
export const RecordActions = ({
  row,
  onAct,
}: {
  readonly row: Row
  readonly onAct: (act: 'correct' | 'withdraw') => void
}) => {
  const t = useMessages(correctionMessages)
  const isAtWork = useCounterValue(({ session }) => session?.site != null)
  // One that may be at the portal is answered first.
  const isUnderWay = row.amendment !== null && !mayBeTakenBack(row.amendment)
  if (!isAtWork || isWithdrawn(row) || row.state === 'refused' || isUnderWay) return null
  return (
    <div className="actions record-actions">
      <Button icon="pencil" onPress={() => onAct('correct')}>
        {t('correct')}
      </Button>
      <Button icon="cross" onPress={() => onAct('withdraw')}>
        {t('withdraw')}
      </Button>
    </div>
  )
}
