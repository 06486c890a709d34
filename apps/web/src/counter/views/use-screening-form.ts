import type { Result } from '@sidep/contracts'
import { type InsIdentity, parseInsDataMatrix } from '@sidep/identifiers'
import { dayIn } from '@sidep/screening'
import { useCallback, useRef, useState } from 'react'
import { dayFirst, parseTypedDate } from '../../shared/typing/dates.ts'
import { atPortalTime } from '../clock.ts'
import {
  useCounter,
  useCounterState,
  useDraft,
  useDraftStore,
  useSiteZone,
  useTimeHere,
} from '../context.ts'
import type { DraftFields, FieldName } from '../form/draft.ts'
import { looksLikeIns } from '../form/keys.ts'
import {
  type FormContext,
  type FormFaults,
  faultOf,
  faultsOnFields,
  firstFault,
  validateDraft,
} from '../form/validate.ts'
import { type HeldEntry, type Refusal, refusalOf } from '../outbox/content.ts'
import type { Outcome } from '../outbox/first-try.ts'
import { counterKind } from '../state.ts'

export interface Recorded {
  readonly person: { readonly familyName: string; readonly firstNames: string }
  readonly result: Result | null
  readonly outcome: Outcome
  readonly id: string
}

/** What the form's view needs: the fields, what is wrong with them, and what can be done. */
export interface ScreeningForm {
  readonly fields: DraftFields
  readonly faults: FormFaults
  readonly refusal: Refusal | null
  readonly isSending: boolean
  readonly scan: 'none' | 'read' | 'refused'
  readonly change: (patch: Partial<DraftFields>) => void
  readonly enter: () => void
  readonly leave: (name: FieldName) => void
  readonly undo: () => void
  readonly clear: () => void
  /** Takes a scanned text; false when it is not an INS code. */
  readonly takeScan: (text: string) => boolean
  /** Validates and records; null when something is to be corrected first. */
  readonly submit: (result?: Result) => Promise<Recorded | null>
  readonly check: () => boolean
  /** Loads a refused entry, with its faults. */
  readonly correct: (entry: HeldEntry) => Promise<void>
}

const firstDevice = (recent: readonly string[]): string => recent[0] ?? ''

/**
 * @param focusField puts the cursor into a field; called with the first one in fault
 */
export const useScreeningForm = (focusField: (name: FieldName) => void): ScreeningForm => {
  const counter = useCounter()
  const { catalogue, recentDevices } = useCounterState()
  const store = useDraftStore()
  const timeHere = useTimeHere()
  const timeZone = useSiteZone()
  const { fields } = useDraft()
  const [faults, setFaults] = useState<FormFaults>({})
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [isSending, setIsSending] = useState(false)
  const [scan, setScan] = useState<ScreeningForm['scan']>('none')
  // A second press of Enter before React has drawn the first must not send twice.
  const sending = useRef(false)

  const show = useCallback(
    (found: FormFaults): void => {
      setFaults(found)
      const first = firstFault(found)
      if (first !== undefined) focusField(first)
    },
    [focusField],
  )

  const showRefusal = (refused: Refusal): void => {
    setRefusal(refused)
    show(faultsOnFields(refused.faults).fields)
  }

  const context = (): FormContext => ({
    now: timeHere(),
    timeZone,
    kind: counterKind(catalogue).code,
    catalogue,
  })

  const validate = (result?: Result) => {
    const { fields: typed, id } = store.get()
    return validateDraft(typed, { id, ...context() }, result && { result })
  }

  const reset = (): void => {
    setFaults({})
    setRefusal(null)
    setScan('none')
  }

  const filled = (identity: InsIdentity): void => {
    // What a scanner typed is not what Escape should bring back.
    const { familyName, firstNames } = store.get().fields
    store.dispatch({
      type: 'change',
      patch: {
        ...(looksLikeIns(familyName) ? { familyName: '' } : {}),
        ...(looksLikeIns(firstNames) ? { firstNames: '' } : {}),
      },
    })
    store.dispatch({ type: 'scan', identity })
    setFaults({})
    setScan('read')
    focusField('contact')
  }

  return {
    fields,
    faults,
    refusal,
    isSending,
    scan,
    change: (patch) => {
      store.dispatch({ type: 'change', patch })
      // A fault goes as soon as its field changes; a new one is only looked for when it is left.
      const names = Object.keys(patch)
      setFaults((known) =>
        Object.fromEntries(Object.entries(known).filter(([name]) => !names.includes(name))),
      )
      if (store.get().fields.ins === '') setScan((known) => (known === 'read' ? 'none' : known))
    },
    enter: () => store.dispatch({ type: 'checkpoint' }),
    leave: (name) => {
      const current = store.get().fields
      if (name === 'birthDate' || name === 'onset') {
        const date = parseTypedDate(
          current[name],
          name === 'birthDate' ? { isPartial: true } : { today: dayIn(timeHere(), timeZone) },
        )
        if (date.ok && dayFirst(date.value) !== current[name])
          store.dispatch({ type: 'change', patch: { [name]: dayFirst(date.value) } })
      }
      // An empty field is not wrong yet: one may only be passing through.
      const value = current[name]
      const fault = value === '' ? undefined : faultOf(name, current, context())
      setFaults(({ [name]: _known, ...others }) =>
        fault === undefined ? others : { ...others, [name]: fault },
      )
    },
    undo: () => {
      store.dispatch({ type: 'undo' })
      setFaults({})
    },
    clear: () => {
      store.dispatch({ type: 'clear', device: firstDevice(recentDevices) })
      reset()
      focusField('familyName')
    },
    takeScan: (text) => {
      if (!looksLikeIns(text)) return false
      const identity = parseInsDataMatrix(text.trim())
      if (identity.ok) filled(identity.value)
      else {
        store.dispatch({ type: 'change', patch: { familyName: '' } })
        setScan('refused')
      }
      return true
    },
    check: () => {
      const validated = validate()
      if (!validated.ok) show(validated.faults)
      return validated.ok
    },
    submit: async (result) => {
      if (sending.current) return null
      const validated = validate(result)
      if (!validated.ok) {
        show(validated.faults)
        return null
      }
      sending.current = true
      setIsSending(true)
      setRefusal(null)
      try {
        const { input } = validated
        const outcome = await counter.record(input)
        // Before the focus is moved: a disabled field cannot take it.
        setIsSending(false)
        if (outcome.kind === 'refused') {
          showRefusal(outcome.refusal)
          if (outcome.refusal.code === 'SCREENING_ID_REUSED') store.renew()
          return null
        }
        store.next(input.device === 'other' ? firstDevice(recentDevices) : input.device)
        reset()
        return { person: input.person, result: result ?? null, outcome, id: input.id }
      } finally {
        sending.current = false
        setIsSending(false)
      }
    },
    correct: async (entry) => {
      const refused = refusalOf(entry)
      if (refused === null) return
      const isIdTaken = refused.code === 'SCREENING_ID_REUSED' && entry.document === null
      const { input } = entry.screening
      // In the future as it was typed; a bare time of the field would be read as yesterday's.
      const isFuture = refused.code === 'CLOCK_AHEAD'
      const outbox = counter.store.get().outbox
      await store.load(isFuture ? atPortalTime(input, outbox, new Date()) : input, isIdTaken)
      // Only now that the draft is on disk may the entry leave the outbox; one with a document stays until it is sent.
      if (entry.document === null) await counter.takeBack(entry.id)
      setScan('none')
      showRefusal(refused)
    },
  }
}
