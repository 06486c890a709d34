import { isDocumentRefusal, isResultRefusal } from '@sidep/continuity'
import { problemRegistry } from '@sidep/contracts'
import { useState } from 'react'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Confirm } from '../../shared/ui/index.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import { useCounter, useDraftValue } from '../context.ts'
import { isTouched } from '../form/draft.ts'
import { messages } from '../messages.ts'
import { type HeldEntry, refusalOf } from '../outbox/content.ts'
import { fullName } from '../words.ts'
import { ClockTimes, TakePortalTime } from './clock-notice.tsx'
import { TwoResults } from './two-results.tsx'
import { twoResultsMessages } from './two-results-messages.ts'

export interface ToCorrectProps {
  /** Refused ones of this professional and site. */
  readonly entries: readonly HeldEntry[]
  readonly onCorrect: (entry: HeldEntry) => void
}

/** Whether it is the provisional certificate that came back, and not what was typed. */
const isOfDocument = ({ document, refusal }: HeldEntry): boolean =>
  document !== null && isDocumentRefusal(refusal?.code ?? '')

/** Whether another result was recorded first: neither correcting nor giving up would say so to anybody. */
const isOfResult = ({ refusal }: HeldEntry): boolean => isResultRefusal(refusal?.code ?? '')

/** Entries that came back: still here, to be corrected or given up by a person. */
export const ToCorrect = ({ entries, onCorrect }: ToCorrectProps) => {
  const t = useMessages(messages)
  const tBooklet = useMessages(bookletMessages)
  const tTwo = useMessages(twoResultsMessages)
  const { language } = useLanguage()
  const counter = useCounter()
  const isDraftTouched = useDraftValue(isTouched)
  const [discarding, setDiscarding] = useState<HeldEntry | null>(null)
  const [replacing, setReplacing] = useState<HeldEntry | null>(null)
  const [comparing, setComparing] = useState<string | null>(null)
  if (entries.length === 0) return null
  return (
    <section className="panel to-correct stack" aria-labelledby="to-correct-title">
      <div>
        <h2 id="to-correct-title">{t('toCorrect')}</h2>
        <p className="small muted">{t('toCorrectHelp')}</p>
      </div>
      <ul className="plain-list stack-tight">
        {entries.map((entry) => {
          const name = fullName(entry.screening.input.person)
          const refusal = refusalOf(entry)
          const isOfClock = refusal?.code === 'CLOCK_AHEAD'
          return (
            <li key={entry.id} className="spread">
              <div>
                <p className="card-name">{name}</p>
                {refusal && (
                  <p className="small">
                    {problemRegistry[refusal.code].title[language]}{' '}
                    <span className="muted">{refusal.support}</span>
                  </p>
                )}
                {isOfClock && <ClockTimes entry={entry} />}
                {entry.document !== null && (
                  <p className="small muted">
                    {tBooklet(isOfDocument(entry) ? 'documentRefused' : 'documentGiven')}
                  </p>
                )}
              </div>
              <div className="actions">
                {isOfClock && <TakePortalTime entry={entry} />}
                {isOfDocument(entry) && (
                  <Button
                    variant="primary"
                    icon="send"
                    aria-label={tBooklet('sendWithoutOf', { name })}
                    onPress={() => void counter.dropDocument(entry.id)}
                  >
                    {tBooklet('sendWithout')}
                  </Button>
                )}
                {isOfResult(entry) && (
                  <Button
                    variant="primary"
                    aria-label={tTwo('compareOf', { name })}
                    onPress={() => setComparing(entry.id)}
                  >
                    {tTwo('compare')}
                  </Button>
                )}
                {!entry.screening.isRegistered && !isOfDocument(entry) && !isOfResult(entry) && (
                  <Button
                    variant={isOfClock ? 'secondary' : 'primary'}
                    icon="pencil"
                    aria-label={t('correctOf', { name })}
                    onPress={() => (isDraftTouched ? setReplacing(entry) : onCorrect(entry))}
                  >
                    {t('correct')}
                  </Button>
                )}
                {entry.document === null && !isOfResult(entry) && (
                  <Button
                    aria-label={t('discardOf', { name })}
                    onPress={() => setDiscarding(entry)}
                  >
                    {t('discard')}
                  </Button>
                )}
              </div>
            </li>
          )
        })}
      </ul>
      <TwoResults
        entry={entries.find(({ id }) => id === comparing) ?? null}
        onClose={() => setComparing(null)}
      />
      <Confirm
        title={t('discardTitle')}
        isOpen={discarding !== null}
        danger
        confirmLabel={t('discard')}
        onCancel={() => setDiscarding(null)}
        onConfirm={() => {
          if (discarding) void counter.takeBack(discarding.id)
          setDiscarding(null)
        }}
      >
        <p>
          {t('discardHelp', {
            name: discarding ? fullName(discarding.screening.input.person) : '',
          })}
        </p>
      </Confirm>
      <Confirm
        title={t('correct')}
        isOpen={replacing !== null}
        confirmLabel={t('correct')}
        onCancel={() => setReplacing(null)}
        onConfirm={() => {
          if (replacing) onCorrect(replacing)
          setReplacing(null)
        }}
      >
        <p>{t('correctReplacesDraft')}</p>
      </Confirm>
    </section>
  )
}
