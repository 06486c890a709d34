import { useMessages } from '../../../shared/messages/index.ts'
import { Button } from '../../../shared/ui/index.ts'
import type { RowStanding } from '../../catch-up/checker.ts'
import type { Spot } from '../../catch-up/grid-state.ts'
import type { Row } from '../../catch-up/row.ts'
import { catchUpMessages } from './catch-up-messages.ts'
import { useCellWords } from './cell-words.ts'
import { allFaults } from './faults.ts'

const shownMax = 8

/** What is to be corrected, each with a way to its cell. */
export const FaultList = ({
  rows,
  standings,
  active,
  onGo,
}: {
  readonly rows: readonly Row[]
  readonly standings: ReadonlyMap<string, RowStanding>
  /** The line under the cursor. */
  readonly active: number
  readonly onGo: (spot: Spot) => void
}) => {
  const t = useMessages(catchUpMessages)
  const words = useCellWords()
  const faults = allFaults(rows, standings, active)
  if (faults.length === 0) return null
  return (
    <section aria-labelledby="faults-title" className="stack-tight">
      <h3 id="faults-title">{t('faultsTitle')}</h3>
      <ul className="plain-list">
        {faults.slice(0, shownMax).map(({ spot, column, fault }) => (
          <li key={`${spot.row}/${column}`}>
            <Button variant="quiet" onPress={() => onGo(spot)}>
              {t('faultAt', {
                line: spot.row + 1,
                column: words.column(column),
                fault: words.fault(fault),
              })}
            </Button>
          </li>
        ))}
      </ul>
      {faults.length > shownMax && (
        <p className="small muted">{t('faultsMore', { count: faults.length - shownMax })}</p>
      )}
    </section>
  )
}
