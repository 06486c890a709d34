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
import { useCounterState } from '../context.ts'
import type { FieldName } from '../form/draft.ts'
import {
  focusNext,
  groupSeparator,
  insertAtCursor,
  isKeptByLibrary,
  isSeparatorKey,
} from '../form/keys.ts'
import { faultsOnFields } from '../form/validate.ts'
import { messages } from '../messages.ts'
import type { HeldEntry } from '../outbox/content.ts'
import { StorageError } from '../outbox/sender.ts'
import { fullName, resultOfKey, sexOfKey } from '../words.ts'
import { ErrorNotice } from './error-notice.tsx'
import { IdentityFields } from './identity-fields.tsx'
import { MoreFields, moreFieldNames } from './more-fields.tsx'
import { PositiveConfirm } from './positive-confirm.tsx'
import { slipsHref } from './provisional-view.tsx'
import { ResultButtons } from './result-buttons.tsx'
import { TestFields } from './test-fields.tsx'
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
}

export interface ScreeningFormProps {
  readonly onRecorded: (recorded: Recorded) => void
  readonly ref: Ref<ScreeningFormHandle>
}

/** New screening, in the order of the gesture; Enter goes on, Escape undoes. */
export const ScreeningForm = ({ onRecorded, ref }: ScreeningFormProps) => {
  const t = useMessages(messages)
  const element = useRef<HTMLFormElement>(null)
  const [isMoreOpen, setIsMoreOpen] = useState(false)
  const [said, setSaid] = useState('')
  const [focusOn, setFocusOn] = useState<{ readonly name: FieldName } | null>(null)
  const [isConfirming, setIsConfirming] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)

  const focusField = useCallback((name: FieldName): void => {
    if (moreFieldNames.includes(name)) setIsMoreOpen(true)
    setFocusOn({ name })
  }, [])
  // Once React has enabled the fields again, and shown what may just have been folded open.
  useEffect(() => {
    if (focusOn === null) return
    const field = element.current?.querySelector(`[data-field="${focusOn.name}"]`)
    field?.querySelector<HTMLElement>('input:checked, input, button')?.focus()
  }, [focusOn])
  const form = useScreeningForm(focusField)
  useReservation()

  useImperativeHandle(ref, () => ({
    correct: async (entry) => {
      setSaid(t('correcting'))
      await form.correct(entry)
    },
    focus: () => focusField('familyName'),
  }))

  /** The portal may take its time, and the hand be at another card by then. */
  const isElsewhere = (): boolean =>
    document.activeElement !== document.body &&
    element.current?.contains(document.activeElement) === false

  const submit = async (result?: Result): Promise<void> => {
    setSaid('')
    setFailure(null)
    try {
      const recorded = await form.submit(result)
      if (recorded === null) return
      setIsMoreOpen(false)
      if (recorded.result === null) {
        const name = fullName(recorded.person)
        setSaid(
          recorded.outcome.kind === 'acknowledged'
            ? t('saved', { name })
            : t('savedQueued', { name }),
        )
        if (!isElsewhere()) focusField('familyName')
      }
      onRecorded(recorded)
    } catch (error) {
      // Only storage can throw here; the draft is untouched and the words say so.
      console.error('RECORDING_FAILED', error instanceof StorageError ? error.code : error)
      setFailure(error)
    }
  }

  const choose = (result: Result): void => {
    if (result !== 'positive') void submit(result)
    else if (form.check()) setIsConfirming(true)
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
      <Messages form={form} said={said} hasFailed={failure !== null} />
      <div className="form-part">
        <IdentityFields form={form} />
        <TestFields form={form} />
      </div>
      <MoreFields form={form} isExpanded={isMoreOpen} onExpandedChange={setIsMoreOpen} />
      <fieldset
        className="form-actions stack-tight"
        aria-label={t('result')}
        onKeyDown={(event) => {
          const result = resultOfKey(event)
          if (result !== undefined && !form.isSending) choose(result)
        }}
      >
        <Button
          variant="primary"
          size="large"
          wide
          data-next
          isPending={form.isSending}
          onPress={() => void submit()}
        >
          {t('saveAndWait')}
        </Button>
        <p className="small muted">{t('resultKnown')}</p>
        <ResultButtons onChoose={choose} isPending={form.isSending} />
        <div className="spread">
          {form.isSending ? (
            <Working>{t('sending')}</Working>
          ) : (
            <p className="small muted keys-help">{t('keysHelp')}</p>
          )}
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
      </fieldset>
      <PositiveConfirm
        person={isConfirming ? form.fields : null}
        onConfirm={() => {
          setIsConfirming(false)
          void submit('positive')
        }}
        onCancel={() => setIsConfirming(false)}
      />
    </form>
  )
}

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
  const { isFull } = useCounterState()
  const { refusal, scan } = form
  return (
    <>
      {isFull && !hasFailed && (
        <Notice tone="bad" live="alert" title={tBooklet('fullTitle')}>
          <p>{tBooklet('fullHelp')}</p>
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
      {scan === 'refused' && (
        <Notice tone="warn" live="alert">
          <p>{t('insRefused')}</p>
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
