import { problemRegistry } from '@sidep/contracts'
import { localeOf, useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { Button } from '../../../shared/ui/index.ts'
import type { RowStanding } from '../../catch-up/checker.ts'
import { isOpen, type Row } from '../../catch-up/row.ts'
import { useCatchUpDesk, useCounterState, useSiteZone } from '../../context.ts'
import { unreachablePhone } from '../../form/unreachable-phone.ts'
import { catchUpMessages } from './catch-up-messages.ts'
import { useCellWords } from './cell-words.ts'

/** What there is to say and to do about the line under the cursor. */
export const RowBar = ({
  rows,
  row,
  line,
  standing,
  canUndo,
  onDone,
}: {
  readonly rows: readonly Row[]
  readonly row: Row | null
  readonly line: number
  readonly standing: RowStanding | null
  readonly canUndo: boolean
  /** Before an act: the cursor goes back into the grid after it. */
  readonly onDone: () => void
}) => {
  const t = useMessages(catchUpMessages)
  const desk = useCatchUpDesk()
  return (
    <div className="row-bar">
      <div role="status" className="stack-tight">
        {row !== null && <RowWords rows={rows} row={row} standing={standing} />}
      </div>
      <div className="actions">
        {row !== null && isOpen(row) && isDoubted(standing) && (
          <Button
            onPress={() => {
              onDone()
              desk.dispatch({ type: 'no-duplicate', id: row.id })
            }}
          >
            {t('noDuplicate')}
          </Button>
        )}
        {row !== null && isOpen(row) && row.toConfirm.length > 0 && (
          <Button
            onPress={() => {
              onDone()
              desk.dispatch({ type: 'confirm', id: row.id })
            }}
          >
            {t('confirm')}
          </Button>
        )}
        {row !== null && isOpen(row) && (
          <Button
            variant="quiet"
            shortcut="Ctrl Suppr"
            onPress={() => {
              onDone()
              desk.dispatch({ type: 'remove', ids: [row.id] })
            }}
          >
            {t('removeLine', { line })}
          </Button>
        )}
        {canUndo && (
          <Button
            variant="quiet"
            shortcut="Ctrl Z"
            onPress={() => {
              onDone()
              desk.dispatch({ type: 'undo' })
            }}
          >
            {t('undo')}
          </Button>
        )}
      </div>
    </div>
  )
}

export const isDoubted = (standing: RowStanding | null): boolean =>
  standing !== null && (standing.doubleOf !== null || standing.isAlike)

/** What is said of a line as a whole. */
export const RowWords = ({
  rows,
  row,
  standing,
}: {
  readonly rows: readonly Row[]
  readonly row: Row
  readonly standing: RowStanding | null
}) => {
  const t = useMessages(catchUpMessages)
  const { language } = useLanguage()
  const words = useCellWords()
  const { catalogue } = useCounterState()
  const timeZone = useSiteZone()
  if (!isOpen(row) || standing === null) return null
  const unreachable = unreachablePhone(row.cells.contact, timeZone)
  const doubleAt = rows.findIndex(({ id }) => id === standing.doubleOf)
  const sampled = new Date(row.alike?.sampledAt ?? '').toLocaleString(localeOf[language], {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone,
  })
  return (
    <>
      {standing.isRefusedElsewhere && row.refusal !== null && (
        <p>
          {problemRegistry[row.refusal.code].title[language]}{' '}
          <span className="muted">{row.refusal.code}</span>
        </p>
      )}
      {row.toConfirm.map((column) => (
        <p key={column}>
          {t(column === 'device' ? 'toConfirmDevice' : 'toConfirmName', {
            text: words.shown(column, row.cells[column], catalogue),
          })}
        </p>
      ))}
      {unreachable !== null && (
        <p>{t(unreachable === 'landline' ? 'landlineRow' : 'landlineRowWithEmail')}</p>
      )}
      {doubleAt >= 0 && <p>{t('doubleOf', { line: doubleAt + 1 })}</p>}
      {row.alike !== null && <p>{t('alike', { sampled })}</p>}
    </>
  )
}
