import { useMessages } from '../../../shared/messages/index.ts'
import { Button, Dialog, Notice } from '../../../shared/ui/index.ts'
import type { Tried } from '../../catch-up/desk.ts'
import { catchUpMessages } from './catch-up-messages.ts'
import { useCellWords } from './cell-words.ts'
import { encodingNames } from './encoding-names.ts'
import { faultsOfRow } from './faults.ts'

const shownMax = 50

/** All checks on a file's lines, before any of them is taken in. */
export const DryRun = ({
  lines,
  ignored,
  leftOut,
  encoding,
  onClose,
  onTake,
}: {
  /** Null: no file was chosen. */
  readonly lines: readonly Tried[] | null
  readonly ignored: readonly string[]
  readonly leftOut: readonly string[]
  readonly encoding: keyof typeof encodingNames | null
  readonly onClose: () => void
  readonly onTake: (lines: readonly Tried[]) => void
}) => {
  const t = useMessages(catchUpMessages)
  const words = useCellWords()
  const all = lines ?? []
  const good = all.filter(({ standing }) => standing.isReady).length
  const faults = all.flatMap(({ line, standing }) => [
    ...faultsOfRow(standing.faults, line).map(({ column, fault }) =>
      t('tryAt', { line, column: words.column(column), fault: words.fault(fault) }),
    ),
    ...standing.toConfirm.map((column) =>
      t('tryAt', { line, column: words.column(column), fault: t('stateToConfirm') }),
    ),
    ...(standing.doubleOf === null ? [] : [`${t('lineName', { line })} : ${t('stateDouble')}`]),
  ])
  return (
    <Dialog title={t('tryTitle')} isOpen={lines !== null} onClose={onClose}>
      <Notice tone={good === all.length ? 'good' : 'warn'} live="status">
        <p>
          {t('tryGood', { count: good })}
          {good < all.length && `, ${t('tryBad', { count: all.length - good })}`}.
        </p>
        <p>{t('tryNothing')}</p>
      </Notice>
      {encoding !== null && <p>{t('tryEncoding', { encoding: encodingNames[encoding] })}</p>}
      {ignored.length > 0 && <p>{t('tryIgnored', { names: ignored.join(', ') })}</p>}
      {leftOut.length > 0 && <p>{t('tryLeftOut', { lines: leftOut.join(' · ') })}</p>}
      {faults.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="try-faults" aria-label={t('faultsTitle')} tabIndex={0}>
          <ul className="small">
            {faults.slice(0, shownMax).map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
          {faults.length > shownMax && (
            <p className="small muted">{t('faultsMore', { count: faults.length - shownMax })}</p>
          )}
        </section>
      )}
      <p className="small muted">{t('tryDoubles')}</p>
      <div className="actions end">
        <Button onPress={onClose}>{t('tryBack')}</Button>
        <Button variant="primary" autoFocus onPress={() => onTake(all)}>
          {t('tryDo', { count: all.length })}
        </Button>
      </div>
    </Dialog>
  )
}
