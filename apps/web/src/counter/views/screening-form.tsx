import type { Result } from '@sidep/contracts'
import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, LinkButton, Notice, Working } from '../../shared/ui/index.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import { useCounter, useCounterState, useDraftStore, useDraftValue } from '../context.ts'
import type { FieldName } from '../form/draft.ts'
import { groupSeparator, isSeparatorKey } from '../form/key-stream.ts'
import { focusNext, insertAtCursor, isKeptByLibrary } from '../form/keys.ts'
import { personQuestions } from '../form/questions.ts'
import { faultsOnFields, fieldOrder, firstFault } from '../form/validate.ts'
import { rowsOf } from '../lists/rows.ts'
import { storageMessages } from '../messages/storage-messages.ts'
import { messages } from '../messages.ts'
import type { HeldEntry } from '../outbox/content.ts'
import { StorageError } from '../outbox/sender.ts'
import { slipsHref } from '../place.ts'
import { isPortalAtHand, ownEntries } from '../state.ts'
import { fullName, resultOfKey, sexOfKey } from '../words.ts'
import { ErrorNotice } from './error-notice.tsx'
import { IdentityFields } from './identity-fields.tsx'
import { type Asking, IssueConfirm } from './issue-confirm.tsx'
import { MoreFields, moreFieldNames } from './more-fields.tsx'
import { ResultButtons } from './result-buttons.tsx'
import { ScanButton } from './scan-button.tsx'
import { NotKept } from './storage-notice.tsx'
import { TestFields } from './test-fields.tsx'
import { useKeys } from './use-keys.tsx'
import { useReservation } from './use-reservation.ts'
import {
  type ScreeningForm as Form,
  type Recorded,
  useScreeningForm,
} from './use-screening-form.ts'

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
export const ScreeningForm = ({ onRecorded, answered, ref }: ScreeningFormProps) => {
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
      if (asking === null) form.takeBurst(text)
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
    if (form.isSending) return
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

  /** Keys that the component library would keep for itself. */
  const onKeyDownCapture = (event: KeyboardEvent<HTMLElement>): void => {
    const { target } = event
    if (!(target instanceof HTMLInputElement) || !isKeptByLibrary(target)) return
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    event.stopPropagation()
    act(event)
  }

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    // An open list has just used Enter to choose; moving on now would undo the choice.
    if (event.target instanceof HTMLElement && event.target.role === 'combobox') return
    act(event)
  }

  const act = (event: KeyboardEvent<HTMLElement>): void => {
    const { target } = event
    if (event.nativeEvent.isComposing || element.current === null) return
    if (event.key === 'Escape') {
      form.undo()
      setSaid(t('undone'))
      return
    }
    if (!(target instanceof HTMLInputElement)) return
    if (isSeparatorKey(event)) {
      event.preventDefault()
      if (target.closest('[data-field="familyName"]'))
        form.change({ familyName: insertAtCursor(target, groupSeparator) })
      return
    }
    const sex = sexOfKey(event)
    if (sex !== undefined && target.closest('[data-field="sex"]')) {
      form.change({ sex })
      // At once, not in the next frame: the next key may be Enter already.
      element.current.querySelector<HTMLElement>(`[data-field="sex"] [value="${sex}"]`)?.focus()
      return
    }
    if (event.key !== 'Enter') return
    event.preventDefault()
    if (!form.takeScan(target.value)) focusNext(element.current, target)
  }

  return (
    <form
      ref={element}
      className="screening-form stack"
      aria-label={t('newScreening')}
      noValidate
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={onKeyDown}
      onKeyDownCapture={onKeyDownCapture}
      autoComplete="off"
    >
      <div className="form-head">
        <h2 id="new-title">{t('newScreening')}</h2>
        <ScanButton form={form} />
      </div>
      <Messages form={form} said={said} hasFailed={failure !== null} />
      <div className="form-grid">
        <IdentityFields form={form} />
        <TestFields form={form} />
      </div>
      <div className="form-foot">
        <MoreFields form={form} isExpanded={isMoreOpen} onExpandedChange={setIsMoreOpen} />
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
      {form.isSending ? (
        <Working>{t('sending')}</Working>
      ) : (
        <p className="small muted keys-help">{t('keysHelp')}</p>
      )}
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

/** What a field is called where it is spoken of. */
const labels = {
  familyName: 'familyName',
  firstNames: 'firstNames',
  birthDate: 'birthDate',
  sex: 'sex',
  ins: 'familyName',
  contact: 'contact',
  postalCode: 'postalCode',
  language: 'language',
  device: 'device',
  deviceName: 'deviceName',
  sampledAt: 'sampledAt',
  catchUp: 'sampledAt',
  lateReason: 'lateReason',
  symptoms: 'symptoms',
  onset: 'onset',
  reason: 'reason',
} as const satisfies Record<FieldName, string>

/** What keeps a result back, beside its keys. */
const HeldBack = ({
  form: { faults },
  onGo,
}: {
  readonly form: Form
  readonly onGo: (name: FieldName) => void
}) => {
  const t = useMessages(messages)
  const first = firstFault(faults)
  if (first === undefined) return null
  const fields = fieldOrder
    .filter((name) => faults[name] !== undefined)
    .map((name) => t(labels[name]))
  return (
    <Notice tone="bad" live="alert">
      <p>{t('heldBack', { fields: fields.join(', ') })}</p>
      <div>
        <Button onPress={() => onGo(first)}>{t('heldBackGo')}</Button>
      </div>
    </Notice>
  )
}

const scanWords = {
  refused: 'insRefused',
  layout: 'scanLayout',
  other: 'scanOther',
  'not-now': 'scanNotNow',
} as const

/** What the form says back: faults as a whole, the scan, the last thing done. */
const Messages = ({
  form,
  said,
  hasFailed,
}: {
  readonly form: Form
  readonly said: string
  readonly hasFailed: boolean
}) => {
  const t = useMessages(messages)
  const tBooklet = useMessages(bookletMessages)
  const tStorage = useMessages(storageMessages)
  const state = useCounterState()
  const draftId = useDraftValue(({ id }) => id)
  const isDirect = isPortalAtHand(state)
  const { refusal, scan } = form
  return (
    <>
      <NotKept id={draftId} />
      {state.isFull && !hasFailed && (
        <Notice tone={isDirect ? 'warn' : 'bad'} live="alert" title={tBooklet('fullTitle')}>
          <p>{isDirect ? tStorage('fullOnline') : tBooklet('fullHelp')}</p>
          <div className="actions">
            <LinkButton href={slipsHref}>{tBooklet('slipOpen')}</LinkButton>
          </div>
        </Notice>
      )}
      {hasFailed && (
        <Notice tone="bad" live="alert" title={t('storageFailed')}>
          <p>{t('storageFailedHelp')}</p>
        </Notice>
      )}
      {refusal && <RefusalNotice form={form} refusal={refusal} />}
      {scan !== 'none' && scan !== 'read' && (
        <Notice tone="warn" live="alert">
          <p>{t(scanWords[scan])}</p>
        </Notice>
      )}
      <p className="said" role="status">
        {scan === 'read' ? t('insRead') : said}
      </p>
    </>
  )
}

const RefusalNotice = ({
  form,
  refusal,
}: {
  readonly form: Form
  readonly refusal: NonNullable<Form['refusal']>
}) => {
  const t = useMessages(messages)
  const { elsewhere } = faultsOnFields(refusal.faults)
  const count = Object.keys(form.faults).length
  if (refusal.code !== 'REQUEST_INVALID') {
    const { code, support } = refusal
    const problem = { type: '', title: '', status: 0, code, support }
    return (
      <ErrorNotice
        title={t('refusedTitle')}
        error={{ kind: 'problem', problem, retryAfterSeconds: null }}
      />
    )
  }
  if (count === 0 && elsewhere.length === 0) return null
  return (
    <Notice tone="bad" live="alert" title={t('refusedTitle')} supportCode={refusal.support}>
      {count > 0 && <p>{t('refusedFields', { count })}</p>}
      {elsewhere.length > 0 && (
        <p>
          {t('refusedElsewhere', {
            codes: elsewhere.map(({ pointer, code }) => `${pointer} ${code}`).join(', '),
          })}
        </p>
      )}
    </Notice>
  )
}
