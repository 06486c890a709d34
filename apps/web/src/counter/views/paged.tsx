import { type ReactNode, useRef, useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Button } from '../../shared/ui/index.ts'
import { messages } from '../messages.ts'

/** As many as a hand looks through before it searches. */
const rowsPerPage = 20

interface PagedProps<Row> {
  readonly rows: readonly Row[]
  readonly label: string
  readonly className: string
  readonly children: (row: Row) => ReactNode
}

/**
 * A list in pages: a full day neither makes the page long nor takes long to draw. Behind the last page comes the first: a
 * button that could no longer be pressed would drop the focus.
 */
export const Paged = <Row,>({ rows, label, className, children }: PagedProps<Row>) => {
  const t = useMessages(messages)
  const list = useRef<HTMLUListElement>(null)
  const [page, setPage] = useState(0)
  const pages = Math.max(1, Math.ceil(rows.length / rowsPerPage))
  // Rows may have gone since the page was turned.
  const here = Math.min(page, pages - 1)
  const turn = (to: number): void => {
    setPage(to)
    list.current?.scrollIntoView({ block: 'nearest' })
  }
  const first = here * rowsPerPage
  return (
    <>
      <ul className={`plain-list ${className}`} aria-label={label} ref={list}>
        {rows.slice(first, first + rowsPerPage).map(children)}
      </ul>
      {pages > 1 && (
        <nav className="pager" aria-label={t('pages', { list: label })}>
          <Button onPress={() => turn((here + pages - 1) % pages)}>{t('pageBefore')}</Button>
          <p className="small number" role="status">
            {t('pageRows', {
              first: first + 1,
              last: Math.min(first + rowsPerPage, rows.length),
              count: rows.length,
            })}
          </p>
          <Button onPress={() => turn((here + 1) % pages)}>{t('pageAfter')}</Button>
        </nav>
      )}
    </>
  )
}
