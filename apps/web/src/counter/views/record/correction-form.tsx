import type { CorrectionReason, FieldFault, Result, ScreeningInput } from '@sidep/contracts'
import {
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import { useMessages } from '../../../shared/messages/index.ts'
import { createStore } from '../../../shared/store.ts'
import { Button, ChoiceGroup, Confirm, Notice, Select, Working } from '../../../shared/ui/index.ts'
import { actingChange } from '../../acting/acting-for.ts'
import {
  type FormDraft,
  FormDraftProvider,
  useBegunCorrections,
  useCounter,
  useCounterValue,
  useSiteZone,
  useTimeHere,
} from '../../context.ts'
import { type BegunCorrection, patchOf } from '../../form/begun-correction.ts'
import {
  type Correctable,
  type CorrectedPart,
  correctedInput,
  correctionDraft,
  differences,
  reasonOf,
} from '../../form/correction.ts'
import { type Draft, type DraftFields, draftReducer, type FieldName } from '../../form/draft.ts'
import { faultsOnFields } from '../../form/validate.ts'
import type { Row } from '../../lists/rows.ts'
import { messages } from '../../messages.ts'
import { correctionMessages } from '../../record/correction-messages.ts'
import { results } from '../../words.ts'
import { IdentityFields } from '../identity-fields.tsx'
import { TestFields } from '../test-fields.tsx'
import { useFormFields } from '../use-form-fields.ts'
import { useFormKeys } from '../use-form-keys.ts'
import type { AmendDone, ScanTarget } from './amend-view-props.ts'
import { Consequences } from './consequences.tsx'
import { Differences } from './correction-words.tsx'
import { NotDone, type NotDoneOutcome } from './not-done.tsx'

export interface CorrectionFormProps {
  readonly row: Row
  readonly correctable: Correctable
  readonly scanTarget: RefObject<ScanTarget | null>
  readonly onBack: () => void
  readonly onReread: () => void
  readonly onDone: (done: AmendDone) => void
}

interface Opened {
  readonly draft: FormDraft
  /** As they were before anything was put right. */
  readonly before: DraftFields
  readonly result: Result | null
  readonly why: CorrectionReason | 'auto'
  /** Something typed before is in it. */
  readonly isGivenBack: boolean
}

/** One that waits here, was refused, or was being typed when the page ended, goes on where it was left. */
const open = (
  { id, amendment }: Row,
  correctable: Correctable,
  kept: BegunCorrection | null,
  now: Date,
  zone: string,
): Opened => {
  const { input } = correctable
  const begun = amendment?.screening.amendment.act === 'correct' ? amendment.screening : null
  const before = correctionDraft(input, now, zone)
  const sent = begun === null ? before : correctionDraft(withContact(begun.input, input), now, zone)
  const typed = kept?.id === id ? kept : null
  const store = createStore<Draft>({ ...sent, fields: { ...sent.fields, ...typed?.patch } })
  const result = typed?.result ?? (begun ? begun.input.result : input.result) ?? null
  return {
    draft: {
      get: store.get,
      subscribe: store.subscribe,
      dispatch: (action) => store.set((draft) => draftReducer(draft, action)),
    },
    before: before.fields,
    result,
    why: typed?.why ?? (begun?.amendment?.act === 'correct' ? begun.amendment.reason : 'auto'),
    isGivenBack: typed !== null,
  }
}

/** Its absence says that it stays. */
const withContact = (begun: ScreeningInput, { person }: ScreeningInput): ScreeningInput => {
  const { contact = begun.person.contact } = person
  return begun.person.contact === undefined && contact !== undefined
    ? { ...begun, person: { ...begun.person, contact } }
    : begun
}

export const CorrectionForm = (props: CorrectionFormProps) => {
  const timeHere = useTimeHere()
  const timeZone = useSiteZone()
  const corrections = useBegunCorrections()
  const [opened] = useState(() =>
    open(props.row, props.correctable, corrections.get(), timeHere(), timeZone),
  )
  return (
    <FormDraftProvider value={opened.draft}>
      <Fields {...props} opened={opened} />
    </FormDraftProvider>
  )
}

const whys = ['name', 'birth-date', 'contact', 'result', 'device', 'time', 'other'] as const

/** Where one goes on once one has said what was wrong. */
const fieldOfWhy: Partial<Record<CorrectionReason, FieldName>> = {
  name: 'familyName',
  'birth-date': 'birthDate',
  contact: 'contact',
  device: 'device',
  time: 'sampledAt',
}

interface Asking {
  readonly input: ScreeningInput
  readonly changed: readonly CorrectedPart[]
}

/** Faults of a correction are those of the screening in it. */
const ofScreening = (faults: readonly FieldFault[]): FieldFault[] =>
  faults.map(({ pointer, code }) => ({ pointer: pointer.replace(/^\/screening/, ''), code }))

/** Keeps what is typed, from the first change on, until the dialog around it is closed or it is sent. */
const useKept = (
  { row, correctable }: Pick<CorrectionFormProps, 'row' | 'correctable'>,
  { draft, before }: Opened,
  why: Opened['why'],
  result: Result | null,
): void => {
  const corrections = useBegunCorrections()
  const siteId = useCounterValue(({ session }) => session?.site?.id)
  const { id } = row
  const original = correctable.input.result ?? null
  useEffect(() => {
    if (siteId === undefined) return
    const keep = (): void => {
      const patch = patchOf(before, draft.get().fields)
      const isResultTouched = result !== null && result !== original
      const isTouched = Object.keys(patch).length > 0 || isResultTouched || why !== 'auto'
      corrections.put(
        isTouched ? { id, siteId, patch, why, ...(isResultTouched ? { result } : {}) } : null,
      )
    }
    keep()
    return draft.subscribe(keep)
  }, [corrections, draft, before, id, siteId, why, result, original])
}

const Fields = ({
  row,
  correctable,
  scanTarget,
  onBack,
  onReread,
  onDone,
  opened,
}: CorrectionFormProps & { readonly opened: Opened }) => {
  const t = useMessages(correctionMessages)
  const tForm = useMessages(messages)
  const counter = useCounter()
  const element = useRef<HTMLFormElement>(null)
  const [focusOn, setFocusOn] = useState<{ readonly name: FieldName }>({ name: 'familyName' })
  const [why, setWhy] = useState(opened.why)
  const [result, setResult] = useState(opened.result)
  const [asking, setAsking] = useState<Asking | null>(null)
  const [isNothing, setIsNothing] = useState(false)
  const [notDone, setNotDone] = useState<NotDoneOutcome | null>(null)
  useKept({ row, correctable }, opened, why, result)
  const hint = correctable.isContactShown ? null : (row.contactHint ?? null)
  const { contact } = correctable.input.person
  const reach = contact?.phone ?? contact?.email ?? hint

  const focusField = useCallback((name: FieldName): void => setFocusOn({ name }), [])
  useEffect(() => {
    const field = element.current?.querySelector(`[data-field="${focusOn.name}"]`)
    field?.querySelector<HTMLElement>('input:checked, input, button')?.focus()
  }, [focusOn])

  const [judgedAt] = useState(() => new Date(row.recordedAt))
  const control = useFormFields({
    focusField,
    typed: () => setIsNothing(false),
    judgedAt,
  })
  const { fields } = control
  useImperativeHandle(scanTarget, () => ({
    scanMayBegin: fields.scanMayBegin,
    scanned: asking === null ? fields.takeBurst : fields.refuseBurst,
  }))
  const formKeys = useFormKeys(element, fields, null)

  const ask = (): void => {
    if (control.isBusy() || actingChange(counter.store.get()) !== null) return
    const validated = control.validate()
    setNotDone(null)
    if (!validated.ok) {
      control.show(validated.faults)
      return
    }
    const typed = { fields: opened.draft.get().fields, input: validated.input }
    const input = correctedInput(correctable, opened.before, typed, result ?? undefined)
    const changed = differences(correctable, input)
    setIsNothing(changed.length === 0)
    if (changed.length > 0) setAsking({ input, changed })
  }

  const send = async ({ input, changed }: Asking): Promise<void> => {
    const reason = why === 'auto' ? reasonOf(changed) : why
    const outcome = await control.sendOnce(() => counter.correct(row, input, reason))
    if (outcome === null) return
    switch (outcome.kind) {
      case 'done':
      case 'here':
      case 'queued':
        return onDone(outcome.kind)
      case 'refused':
        control.show(faultsOnFields(ofScreening(outcome.refusal.faults)).fields)
    }
    setNotDone(outcome)
  }

  return (
    <form
      ref={element}
      className="correction-form stack"
      aria-label={t('correctTitle')}
      noValidate
      autoComplete="off"
      onSubmit={(event) => event.preventDefault()}
      {...formKeys}
    >
      {opened.isGivenBack && (
        <Notice tone="info" live="status">
          <p>{t('givenBack')}</p>
        </Notice>
      )}
      <Select
        label={t('what')}
        name="why"
        value={why}
        onChange={(chosen) => {
          setWhy(chosen)
          const name = chosen === 'auto' ? undefined : fieldOfWhy[chosen]
          if (name !== undefined) focusField(name)
        }}
        options={[
          { value: 'auto', label: t('whatAuto') },
          ...whys.map((value) => ({ value, label: t(`reason_${value}`) })),
        ]}
      />
      <div className="form-grid">
        <IdentityFields form={fields} />
        <TestFields form={fields} />
      </div>
      {hint !== null && <p className="small muted">{t('contactStays', { hint })}</p>}
      {opened.result !== null && (
        <ChoiceGroup
          label={t('result')}
          name="result"
          value={result}
          onChange={(chosen) => {
            setResult(chosen)
            setIsNothing(false)
          }}
          isDisabled={fields.isSending}
          choices={results.map((value) => ({ value, label: tForm(value) }))}
        />
      )}
      <Consequences row={row} act="correct" contact={reach} result={result} />
      {notDone && <NotDone outcome={notDone} act="correct" onReread={onReread} />}
      {isNothing && (
        <Notice tone="bad" live="alert">
          <p>{t('nothing')}</p>
        </Notice>
      )}
      <div className="actions">
        <Button
          variant="primary"
          icon="pencil"
          data-next
          isPending={fields.isSending}
          onPress={ask}
        >
          {t('correct')}
        </Button>
        <Button isDisabled={fields.isSending} onPress={onBack}>
          {t('back')}
        </Button>
      </div>
      {fields.isSending && <Working>{t('sending')}</Working>}
      <Confirm
        title={t('correctAsk')}
        isOpen={asking !== null}
        confirmLabel={t('correctYes')}
        cancelLabel={t('back')}
        onCancel={() => setAsking(null)}
        onConfirm={() => {
          setAsking(null)
          if (asking !== null) void send(asking)
        }}
      >
        {asking !== null && (
          <Differences
            before={correctable.input}
            contactBefore={hint}
            after={asking.input}
            parts={asking.changed}
          />
        )}
      </Confirm>
    </form>
  )
}
