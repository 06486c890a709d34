import { saysNoName } from '@sidep/identifiers'
import { useState } from 'react'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button, TextField } from '../../../shared/ui/index.ts'
import type { RowStanding } from '../../catch-up/checker.ts'
import { type Column, columns, rowsMax } from '../../catch-up/columns.ts'
import type { DeskState } from '../../catch-up/desk.ts'
import { isOpen, type Row } from '../../catch-up/row.ts'
import { useCatchUpDesk, useCounterState } from '../../context.ts'
import { catchUpMessages } from './catch-up-messages.ts'
import { editTextOf, useCellWords } from './cell-words.ts'
import { isDoubted, RowWords } from './row-bar.tsx'
import { RowState } from './row-state.tsx'

/** One paper a card: what the grid is where there is no room for one. */
export const Cards = ({
  state,
  standings,
}: {
  readonly state: DeskState
  readonly standings: ReadonlyMap<string, RowStanding>
}) => {
  const t = useMessages(catchUpMessages)
  const { rows } = state.grid
  const [openIndex, setOpenIndex] = useState<number | null>(null)
  const shown = openIndex !== null && openIndex >= rows.length ? [...rows, null] : rows
  return (
    <>
      <ul className="plain-list cards" aria-label={t('title')}>
        {shown.map((row, index) => (
          <PaperCard
            // A card that becomes a line stays the same card: its number is what it is.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={index}
            rows={rows}
            row={row}
            index={index}
            standing={row === null ? null : (standings.get(row.id) ?? null)}
            isFlying={row !== null && state.inFlight.has(row.id)}
            isExpanded={index === openIndex}
            onOpen={() => setOpenIndex(index)}
            onClose={() => setOpenIndex(null)}
          />
        ))}
      </ul>
      {openIndex === null && rows.length < rowsMax && (
        <Button icon="pencil" onPress={() => setOpenIndex(rows.length)}>
          {t('add')}
        </Button>
      )}
    </>
  )
}

interface PaperCardProps {
  readonly rows: readonly Row[]
  readonly row: Row | null
  readonly index: number
  readonly standing: RowStanding | null
  readonly isFlying: boolean
  readonly isExpanded: boolean
  readonly onOpen: () => void
  readonly onClose: () => void
}

const PaperCard = ({
  rows,
  row,
  index,
  standing,
  isFlying,
  isExpanded,
  onOpen,
  onClose,
}: PaperCardProps) => {
  const t = useMessages(catchUpMessages)
  const desk = useCatchUpDesk()
  const name =
    row === null
      ? t('cardNew')
      : [row.cells.firstNames, row.cells.familyName.toLocaleUpperCase('fr')]
          .filter((part) => part !== '' && !saysNoName(part))
          .join(' ') || t('lineName', { line: index + 1 })
  const canChange = row === null || isOpen(row)
  return (
    <li className="card paper-card">
      <div className="card-main">
        <p className="card-name">
          {index + 1}. {name}
        </p>
        {row !== null && <RowState row={row} standing={standing} isFlying={isFlying} />}
        {row !== null && <RowWords rows={rows} row={row} standing={standing} />}
      </div>
      <div className="actions">
        {canChange && !isExpanded && (
          <Button aria-label={`${t('lineName', { line: index + 1 })}, ${name}`} onPress={onOpen}>
            {t('lineName', { line: index + 1 })}
          </Button>
        )}
        {row !== null && canChange && row.toConfirm.length > 0 && (
          <Button onPress={() => desk.dispatch({ type: 'confirm', id: row.id })}>
            {t('confirm')}
          </Button>
        )}
        {row !== null && canChange && isDoubted(standing) && (
          <Button onPress={() => desk.dispatch({ type: 'no-duplicate', id: row.id })}>
            {t('noDuplicate')}
          </Button>
        )}
      </div>
      {isExpanded && canChange && (
        <div className="stack card-fields">
          {columns.map((column) => (
            <CardField key={column} row={row} column={column} standing={standing} />
          ))}
          <Missing standing={standing} />
          <div className="actions">
            <Button variant="primary" onPress={onClose}>
              {t('close')}
            </Button>
            {row !== null && (
              <Button
                variant="quiet"
                onPress={() => {
                  desk.dispatch({ type: 'remove', ids: [row.id] })
                  onClose()
                }}
              >
                {t('removeLine', { line: index + 1 })}
              </Button>
            )}
          </div>
        </div>
      )}
    </li>
  )
}

const helped = [
  'slip',
  'birthDate',
  'sex',
  'device',
  'sampledDay',
  'sampledTime',
  'result',
] as const

const CardField = ({
  row,
  column,
  standing,
}: {
  readonly row: Row | null
  readonly column: Column
  readonly standing: RowStanding | null
}) => {
  const t = useMessages(catchUpMessages)
  const words = useCellWords()
  const desk = useCatchUpDesk()
  const { catalogue } = useCounterState()
  const [isTyping, setIsTyping] = useState(false)
  const text = row?.cells[column] ?? ''
  const fault = standing?.faults[column]
  const help = helped.find((name) => name === column)
  return (
    <TextField
      label={words.column(column)}
      value={isTyping ? text : editTextOf(column, text, catalogue)}
      onChange={(typed) => {
        setIsTyping(true)
        desk.dispatch({ type: 'set', id: row?.id ?? null, column, text: typed })
      }}
      onBlur={() => {
        setIsTyping(false)
        if (row !== null) desk.dispatch({ type: 'settle-cell', id: row.id, column })
      }}
      error={isTyping || fault === undefined || fault === 'REQUIRED' ? null : words.fault(fault)}
      {...(help ? { description: t(`help_${help}`) } : {})}
      {...(column === 'birthDate' || column === 'sampledDay' || column === 'sampledTime'
        ? { inputMode: 'numeric' as const }
        : {})}
    />
  )
}

const Missing = ({ standing }: { readonly standing: RowStanding | null }) => {
  const t = useMessages(catchUpMessages)
  const words = useCellWords()
  const missing = columns.filter((column) => standing?.faults[column] === 'REQUIRED')
  return (
    <p role="status" className="small muted">
      {missing.length > 0 &&
        t('missing', { columns: missing.map((column) => words.column(column)).join(', ') })}
    </p>
  )
}
