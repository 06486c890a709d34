import type { Result } from '@sidep/contracts'
import {
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Working } from '../../shared/ui/index.ts'
import { actingChange } from '../acting/acting-for.ts'
import { useCounter, useDraftStore } from '../context.ts'
import type { FieldName } from '../form/draft.ts'
import { personQuestions } from '../form/questions.ts'
import { rowsOf } from '../lists/rows.ts'
import { messages } from '../messages.ts'
import type { HeldEntry } from '../outbox/content.ts'
import { StorageError } from '../outbox/sender.ts'
import { ownEntries } from '../state.ts'
import { fullName, resultOfKey } from '../words.ts'
import { FormMessages, HeldBack } from './form-notices.tsx'
import { IdentityFields } from './identity-fields.tsx'
import { type Asking, IssueConfirm } from './issue-confirm.tsx'
import { MoreFields, moreFieldNames } from './more-fields.tsx'
import { ResultButtons } from './result-buttons.tsx'
import { ScanButton } from './scan-button.tsx'
import { TestFields } from './test-fields.tsx'
import { useFormKeys } from './use-form-keys.ts'
import { useKeys } from './use-keys.tsx'
import { useReservation } from './use-reservation.ts'
import { type Recorded, useScreeningForm } from './use-screening-form.ts'

export interface ScreeningFormHandle {
  /** Loads a refused entry to be corrected. */
  readonly correct: (entry: HeldEntry) => Promise<void>
  /** Ready for the next person. */
  readonly focus: () => void
  readonly scanMayBegin: () => void
  /** A scanner typed a text, wherever the focus is. */
  readonly scanned: (text: string) => void
}

export interface ScreeningFormProps {
  readonly onRecorded: (recorded: Recorded) => void
  /** Screenings whose likeness to another one was asked about, and answered. */
  readonly answered: Set<string>
  /** Leads to the test that waits longest; null when nobody waits. */
  readonly toRipest: ReactNode
  readonly ref: Ref<ScreeningFormHandle>
}

interface FocusOn {
  readonly name: FieldName
  /** For the next person, once the portal has answered. */
  readonly isForNext: boolean
}

/** The portal may take its time, and the hand be at another card by then. */
const isElsewhere = (form: HTMLElement | null): boolean =>
  document.activeElement !== document.body && form?.contains(document.activeElement) === false

/** New screening, in the order of the gesture; Enter goes on, Escape undoes. */
export const ScreeningForm = ({ onRecorded, answered, toRipest, ref }: ScreeningFormProps) => {
  const t = useMessages(messages)
  const element = useRef<HTMLFormElement>(null)
  const [isMoreOpen, setIsMoreOpen] = useState(false)
  const [said, setSaid] = useState('')
  const [focusOn, setFocusOn] = useState<FocusOn | null>(null)
  const [asking, setAsking] = useState<Asking | null>(null)
  const [isHeldBack, setIsHeldBack] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)

  const focusField = useCallback((name: FieldName): void => {
    if (moreFieldNames.includes(name)) setIsMoreOpen(true)
    setFocusOn({ name, isForNext: false })
  }, [])
  // Once React has enabled the fields again, and shown what may just have been folded open.
  useEffect(() => {
    if (focusOn === null || (focusOn.isForNext && isElsewhere(element.current))) return
    const field = element.current?.querySelector(`[data-field="${focusOn.name}"]`)
    field?.querySelector<HTMLElement>('input:checked, input, button')?.focus()
  }, [focusOn])
  const form = useScreeningForm(focusField, () => setSaid(''))
  const counter = useCounter()
  const draft = useDraftStore()
  const keys = useKeys()
  useReservation()

  useImperativeHandle(ref, () => ({
    correct: async (entry) => {
      setSaid(t('correcting'))
      await form.correct(entry)
    },
    focus: () => focusField('familyName'),
    scanMayBegin: form.scanMayBegin,
    scanned: (text) => {
      // What is asked about must be what is recorded.
      if (asking === null && actingChange(counter.store.get()) === null) form.takeBurst(text)
      else form.refuseBurst()
    },
  }))

  const submit = async (result: Result | undefined, isByKey: boolean): Promise<void> => {
    setSaid('')
    setFailure(null)
    try {
      const recorded = await form.submit(result, isByKey)
      if (recorded === null) return
      setIsMoreOpen(false)
      if (recorded.result === null) {
        const name = fullName(recorded.person)
        setSaid(
          recorded.outcome.kind === 'acknowledged'
            ? t('saved', { name })
            : t('savedQueued', { name }),
        )
        setFocusOn({ name: 'familyName', isForNext: true })
      }
      onRecorded(recorded)
    } catch (error) {
      // Only storage can throw here; the draft is untouched and the words say so.
      console.error('RECORDING_FAILED', error instanceof StorageError ? error.code : error)
      setFailure(error)
    }
  }

  /** By a key the focus stays at the results: pressed again, it must not be typed into the field in fault. */
  const choose = (result: Result | undefined, isByKey = false): void => {
    if (form.isSending || actingChange(counter.store.get()) !== null) return
    const input = form.check(result, isByKey)
    setIsHeldBack(input === null && isByKey)
    if (input === null) return
    const state = counter.store.get()
    const questions = personQuestions(input, rowsOf(state.entries, ownEntries(state)))
    if (result === 'positive' || questions.length > 0) {
      setAsking({ result: result ?? null, questions })
      answered.add(input.id)
    } else void submit(result, isByKey)
  }

  const formKeys = useFormKeys(element, form, () => {
    form.undo()
    setSaid(t('undone'))
  })

  return (
    <form
      ref={element}
      className="screening-form stack"
      aria-label={t('newScreening')}
      noValidate
      onSubmit={(event) => event.preventDefault()}
      {...formKeys}
      autoComplete="off"
    >
      <div className="form-head">
        <h2 id="new-title">{t('newScreening')}</h2>
        <ScanButton form={form} />
        {toRipest}
      </div>
      <FormMessages form={form} said={said} hasFailed={failure !== null} />
      <div className="form-grid">
        <IdentityFields form={form} />
        <TestFields form={form} />
      </div>
      <div className="form-foot">
        <MoreFields form={form} isExpanded={isMoreOpen} onExpandedChange={setIsMoreOpen} />
      </div>
      <fieldset
        className="form-actions"
        aria-label={t('result')}
        onKeyDown={(event) => {
          const result = resultOfKey(event)
          if (result === undefined || event.repeat) return
          event.preventDefault()
          keys.result(event.key, () => choose(result, true))
        }}
      >
        <Button
          variant="primary"
          size="large"
          wide
          data-next
          isPending={form.isSending}
          onPress={() => choose(undefined)}
        >
          {t('saveAndWait')}
        </Button>
        <div className="result-known">
          <p className="small muted">{t('resultKnown')}</p>
          <ResultButtons onChoose={choose} isPending={form.isSending} />
        </div>
        {isHeldBack && <HeldBack form={form} onGo={focusField} />}
      </fieldset>
      <div className="form-foot">
        {form.isSending ? (
          <Working>{t('sending')}</Working>
        ) : (
          <p className="small muted keys-help">{t('keysHelp')}</p>
        )}
        {/* Last: nobody on the way to a result comes by it. */}
        <Button
          variant="quiet"
          isDisabled={form.isSending}
          onPress={() => {
            form.clear()
            setIsMoreOpen(false)
            setSaid(t('cleared'))
          }}
        >
          {t('clear')}
        </Button>
      </div>
      <IssueConfirm
        person={draft.get().fields}
        asking={asking}
        onConfirm={() => {
          setAsking(null)
          void submit(asking?.result ?? undefined, false)
        }}
        onCancel={() => setAsking(null)}
      />
    </form>
  )
}
