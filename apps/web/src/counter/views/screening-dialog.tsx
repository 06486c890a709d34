import type { Result } from '@sidep/contracts'
import { problemRegistry } from '@sidep/contracts'
import type { Refusal } from '@sidep/sdk/parts'
import { type RefObject, useEffect, useEffectEvent, useState } from 'react'
import { deviceLabel } from '../../shared/documents/catalogue-words.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { dayFirst } from '../../shared/typing/dates.ts'
import { Dialog, Notice, Working } from '../../shared/ui/index.ts'
import { actingChange } from '../acting/acting-for.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import {
  useBegunCorrections,
  useCounter,
  useCounterState,
  useNowHere,
  useSiteZone,
} from '../context.ts'
import { resultQuestions } from '../form/questions.ts'
import { isWithdrawn, type Row } from '../lists/rows.ts'
import { ripeness } from '../lists/timer.ts'
import { messages } from '../messages.ts'
import { versionOf } from '../record/amendments.ts'
import { correctionMessages } from '../record/correction-messages.ts'
import { minutesToResult } from '../state.ts'
import { clockTime, fullName, resultOfKey } from '../words.ts'
import { documentPart } from './document-part.ts'
import { type Asking, IssueConfirm } from './issue-confirm.tsx'
import { OnDemand } from './on-demand.tsx'
import { amendPart } from './record/amend-part.ts'
import type { AmendDone, ScanTarget } from './record/amend-view-props.ts'
import { RecordActions } from './record/record-actions.tsx'
import { AmendmentNotice, ChangeNotice } from './record/standing.tsx'
import { RecordHistory } from './record-history.tsx'
import { ResultButtons } from './result-buttons.tsx'
import { NotKept } from './storage-notice.tsx'
import { useKeys } from './use-keys.tsx'

export interface ScreeningDialogProps {
  /** The screening shown; null when none. */
  readonly row: Row | null
  /** All that this counter knows of. */
  readonly rows: readonly Row[]
  /** Screenings whose likeness to another one was asked about, and answered. */
  readonly answered: Set<string>
  readonly scanTarget: RefObject<ScanTarget | null>
  /** What to begin with; null: the record itself. */
  readonly act: 'correct' | 'withdraw' | null
  readonly onClose: () => void
}

/** One screening: its result to be read, then its document at once; and the ways to put it right. */
export const ScreeningDialog = ({ row, ...props }: ScreeningDialogProps) =>
  row === null ? null : <OpenRecord key={row.id} row={row} {...props} />

const OpenRecord = ({
  row,
  rows,
  answered,
  scanTarget,
  act: begun,
  onClose,
}: ScreeningDialogProps & { readonly row: Row }) => {
  const t = useMessages(messages)
  const tBooklet = useMessages(bookletMessages)
  const tCorrection = useMessages(correctionMessages)
  const [act, setAct] = useState<'correct' | 'withdraw' | null>(begun)
  const [done, setDone] = useState<AmendDone | null>(null)
  const isAsking = row.result === null && !isWithdrawn(row)
  const title = (): string => {
    if (act !== null) return tCorrection(act === 'correct' ? 'correctTitle' : 'withdrawTitle')
    if (isWithdrawn(row)) return tCorrection('withdrawnRecord')
    if (isAsking) return t('resultTitle')
    if (row.state === 'provisional') return tBooklet('provisionalReady')
    return row.certificate ? t('documentReady') : t('resultRecorded')
  }
  const corrections = useBegunCorrections()
  const back = (): void => {
    corrections.put(null)
    setAct(null)
  }
  if (act !== null)
    return (
      <Dialog title={title()} isOpen onClose={back}>
        <OnDemand
          part={amendPart}
          isPlace={false}
          props={{
            act,
            row,
            scanTarget,
            onBack: back,
            onDone: (made) => {
              setDone(made)
              back()
            },
          }}
        />
      </Dialog>
    )
  return (
    <Dialog title={title()} isOpen onClose={onClose}>
      {done && <Done row={row} done={done} />}
      {isAsking ? (
        <ResultChoice row={row} rows={rows} answered={answered} />
      ) : (
        <OnDemand part={documentPart} props={{ row, onClose }} isPlace={false} />
      )}
      <RecordActions
        row={row}
        onAct={(wanted) => {
          setDone(null)
          setAct(wanted)
        }}
      />
      <RecordHistory key={`${row.id}/${row.change?.at}`} row={row} />
    </Dialog>
  )
}

/** What came of a correction or a withdrawal. */
const Done = ({ row, done }: { readonly row: Row; readonly done: AmendDone }) => {
  const t = useMessages(correctionMessages)
  const words = (): string => {
    if (done === 'queued') return t('queued')
    if (done === 'here') return t('doneHere')
    if (isWithdrawn(row)) return t('doneWithdrawn')
    return row.certificate === null ? t('donePlain') : t('done', { number: versionOf(row) })
  }
  return (
    <Notice tone={done === 'queued' ? 'warn' : 'good'} live="status">
      <p>{words()}</p>
    </Notice>
  )
}

const ResultChoice = ({
  row,
  rows,
  answered,
}: Pick<ScreeningDialogProps, 'rows' | 'answered'> & { readonly row: Row }) => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const counter = useCounter()
  const { catalogue } = useCounterState()
  const now = useNowHere(5_000)
  const [isSending, setIsSending] = useState(false)
  const [asking, setAsking] = useState<Asking | null>(null)
  const keys = useKeys()
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const { isRipe, minutesLeft } = ripeness(row.sampledAt, minutesToResult(catalogue, row.kind), now)

  const record = async (result: Result): Promise<void> => {
    if (isSending || actingChange(counter.store.get()) !== null) return
    setIsSending(true)
    setRefusal(null)
    try {
      const outcome = await counter.setResult(row, result)
      if (outcome.kind === 'refused') {
        setRefusal(outcome.refusal)
        counter.refresh()
      }
    } finally {
      setIsSending(false)
    }
  }
  const choose = (result: Result): void => {
    if (isSending || actingChange(counter.store.get()) !== null) return
    const minutes = minutesToResult(catalogue, row.kind)
    const others = answered.has(row.id) ? [] : rows
    const questions = resultQuestions(row, others, minutes, now)
    if (result === 'positive' || questions.length > 0) setAsking({ result, questions })
    else void record(result)
  }

  // The keys work wherever the focus is: nothing can be typed while this dialog is open.
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const result = resultOfKey(event)
    if (result === undefined || asking !== null || event.repeat) return
    event.preventDefault()
    keys.result(event.key, () => choose(result))
  })
  useEffect(() => {
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  return (
    <div className="stack">
      <div className="result-person">
        <p className="name">{fullName(row.person)}</p>
        <p className="number">
          {t('born', { date: dayFirst(row.person.birthDate) })} ·{' '}
          {t('sampledTime', {
            time: clockTime(new Date(row.sampledAt), localeOf[language], timeZone),
          })}
        </p>
        <p className="muted">{deviceLabel(row, catalogue)}</p>
      </div>
      <ChangeNotice row={row} />
      <AmendmentNotice row={row} hasPaper={false} />
      {!isRipe && (
        <Notice tone="warn">
          <p>{t('early', { count: minutesLeft })}</p>
        </Notice>
      )}
      {refusal && (
        <Notice tone="bad" live="alert" supportCode={refusal.support}>
          <p>{problemRegistry[refusal.code].title[language]}</p>
        </Notice>
      )}
      <NotKept id={row.id} />
      <ResultButtons onChoose={choose} isPending={isSending} isLarge />
      {isSending && <Working>{t('signing')}</Working>}
      <IssueConfirm
        person={row.person}
        asking={asking}
        onConfirm={() => {
          const result = asking?.result
          setAsking(null)
          if (result) void record(result)
        }}
        onCancel={() => setAsking(null)}
      />
    </div>
  )
}
