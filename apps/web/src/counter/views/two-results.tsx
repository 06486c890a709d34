import type { OverrideReason } from '@sidep/continuity'
import type { Result, ScreeningEntry } from '@sidep/contracts'
import { useEffect, useState } from 'react'
import type { Answer } from '../../shared/api/index.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, ChoiceGroup, Dialog, Notice, Working } from '../../shared/ui/index.ts'
import { useCounter, useSiteZone } from '../context.ts'
import { messages } from '../messages.ts'
import type { HeldEntry } from '../outbox/content.ts'
import { fullName } from '../words.ts'
import { ErrorNotice } from './error-notice.tsx'
import { twoResultsMessages } from './two-results-messages.ts'

const reasons = [
  'recorded-is-wrong',
  'wrong-person',
  'cannot-tell',
] as const satisfies readonly OverrideReason[]

/** A result that came back because another was recorded first: both, and the ways on. */
export const TwoResults = ({
  entry,
  onClose,
}: {
  /** Null: none is looked at. */
  readonly entry: HeldEntry | null
  readonly onClose: () => void
}) => {
  const t = useMessages(twoResultsMessages)
  const name = entry === null ? '' : fullName(entry.screening.input.person)
  return (
    <Dialog title={t('title', { name })} isOpen={entry !== null} onClose={onClose}>
      {entry !== null && <Comparison entry={entry} onDone={onClose} />}
    </Dialog>
  )
}

const Comparison = ({
  entry,
  onDone,
}: {
  readonly entry: HeldEntry
  readonly onDone: () => void
}) => {
  const t = useMessages(twoResultsMessages)
  const counter = useCounter()
  const [answer, setAnswer] = useState<Answer<ScreeningEntry> | null>(null)
  const { id } = entry

  useEffect(() => {
    let isCurrent = true
    if (answer === null)
      void counter.recorded(id).then((read) => {
        if (isCurrent) setAnswer(read)
      })
    return () => {
      isCurrent = false
    }
  }, [counter, id, answer])

  return (
    <div className="stack">
      <p>{t('safe')}</p>
      {answer === null && <Working>{t('reading')}</Working>}
      {answer?.ok === false && (
        <ErrorNotice error={answer.error} title={t('readFailed')}>
          <div>
            <Button onPress={() => setAnswer(null)}>{t('readAgain')}</Button>
          </div>
        </ErrorNotice>
      )}
      {answer?.ok === true && (
        <Decision entry={entry} recorded={answer.value.result} onDone={onDone} />
      )}
    </div>
  )
}

const Decision = ({
  entry,
  recorded,
  onDone,
}: {
  readonly entry: HeldEntry
  readonly recorded: Result | null
  readonly onDone: () => void
}) => {
  const t = useMessages(twoResultsMessages)
  const tCounter = useMessages(messages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const counter = useCounter()
  const { id, document } = entry
  const { result, resultAt, sampledAt, person } = entry.screening.input
  if (result === undefined) return null
  const contact = person.contact?.phone ?? person.contact?.email
  const time = new Date(resultAt ?? sampledAt).toLocaleString(localeOf[language], {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone,
  })
  const isOther = recorded !== null && recorded !== result
  const take = (taken: Result): void => {
    void counter.takeResult(id, taken)
    onDone()
  }
  return (
    <>
      <dl className="facts">
        <dt>{t('here')}</dt>
        <dd>{t('hereAt', { result: tCounter(result), time })}</dd>
        <dt>{t('recorded')}</dt>
        <dd>{recorded === null ? t('recordedNone') : tCounter(recorded)}</dd>
      </dl>
      {isOther && document !== null && (
        <Notice tone="warn">
          <p>{t('holdsDocument', { result: tCounter(result) })}</p>
          {contact !== undefined && <p>{t('reach', { contact })}</p>}
        </Notice>
      )}
      {isOther ? (
        <>
          <p className="small muted">{t('takeHelp')}</p>
          <div>
            <Button variant="primary" onPress={() => take(recorded)}>
              {t('take', { result: tCounter(recorded) })}
            </Button>
          </div>
          <OverrideResult id={id} onDone={onDone} />
        </>
      ) : (
        <>
          <p>{t('sameNow')}</p>
          <div>
            <Button variant="primary" icon="send" onPress={() => take(result)}>
              {t('sendAgain')}
            </Button>
          </div>
        </>
      )}
    </>
  )
}

const OverrideResult = ({ id, onDone }: { readonly id: string; readonly onDone: () => void }) => {
  const t = useMessages(twoResultsMessages)
  const counter = useCounter()
  const [reason, setReason] = useState<OverrideReason | null>(null)
  const [isMissing, setIsMissing] = useState(false)
  const override = (): void => {
    if (reason === null) setIsMissing(true)
    else {
      void counter.overrideResult(id, reason)
      onDone()
    }
  }
  return (
    <section className="stack" aria-labelledby="override-title">
      <h3 id="override-title">{t('overrideTitle')}</h3>
      <p className="small muted">{t('overrideHelp')}</p>
      <ChoiceGroup
        label={t('reason')}
        choices={reasons.map((value) => ({ value, label: t(`reason_${value}`) }))}
        value={reason}
        onChange={setReason}
        error={isMissing && reason === null ? t('reasonRequired') : null}
      />
      <div>
        <Button onPress={override}>{t('override')}</Button>
      </div>
    </section>
  )
}
