import { useSyncExternalStore } from 'react'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button } from '../../../shared/ui/index.ts'
import { useBegunCorrections, useCounterValue } from '../../context.ts'
import type { Row } from '../../lists/rows.ts'
import { correctionMessages } from '../../record/correction-messages.ts'
import { fullName } from '../../words.ts'

/** A correction that was being typed when the page ended: it waits to be gone on with, and gets in nobody's way. */
export const BegunCorrectionNotice = ({
  rows,
  onGoOn,
}: {
  readonly rows: readonly Row[]
  /** @param id of the screening */
  readonly onGoOn: (id: string) => void
}) => {
  const t = useMessages(correctionMessages)
  const corrections = useBegunCorrections()
  const begun = useSyncExternalStore(corrections.subscribe, corrections.get)
  const siteId = useCounterValue(({ session }) => session?.site?.id)
  if (begun === null || begun.siteId !== siteId) return null
  const row = rows.find(({ id }) => id === begun.id)
  return (
    <section className="panel to-correct spread" aria-labelledby="begun-correction">
      <div>
        <h2 id="begun-correction">{t('begunTitle')}</h2>
        {row && <p className="card-name">{fullName(row.person)}</p>}
      </div>
      <div className="actions">
        <Button variant="primary" onPress={() => onGoOn(begun.id)}>
          {t('goOn')}
        </Button>
        <Button onPress={() => corrections.put(null)}>{t('giveUp')}</Button>
      </div>
    </section>
  )
}
