import type { Result, ScreeningInput } from '@sidep/contracts'
import {
  type InsIdentity,
  looksLikeCode,
  parseInsDataMatrix,
  restoreLayout,
} from '@sidep/identifiers'
import { dayIn } from '@sidep/time'
import { useCallback, useRef, useState } from 'react'
import { mayBeCode } from '../../shared/scanner/index.ts'
import { dayFirst, parseTypedDate } from '../../shared/typing/dates.ts'
import { actingChange } from '../acting/acting-for.ts'
import { atPortalTime } from '../clock.ts'
import { useCounter, useCounterState, useDraftStore, useSiteZone, useTimeHere } from '../context.ts'
import type { DraftFields, FieldName } from '../form/draft.ts'
import { draftOfInput } from '../form/draft-of-input.ts'
import { looksLikeIns } from '../form/keys.ts'
import {
  type FormContext,
  type FormFaults,
  faultOf,
  faultsOnFields,
  fieldOrder,
  firstFault,
  validateDraft,
} from '../form/validate.ts'
import { isWholeCode } from '../form/whole-code.ts'
import { type HeldEntry, type Refusal, refusalOf } from '../outbox/content.ts'
import type { Outcome } from '../outbox/first-try.ts'
import { counterKind } from '../state.ts'

/** What became of the last code scanned. */
type Scan = 'none' | 'read' | 'refused' | 'layout' | 'other' | 'not-now'

export interface Recorded {
  readonly person: { readonly familyName: string; readonly firstNames: string }
  readonly result: Result | null
  readonly outcome: Outcome
  readonly id: string
}

/**
 * What the form's view needs: what is wrong with the fields, and what can be done. What is typed is not in here: each
 * field takes its own text from the draft, so that a letter draws one field and nothing else.
 */
export interface ScreeningForm {
  readonly faults: FormFaults
  readonly refusal: Refusal | null
  readonly isSending: boolean
  readonly scan: Scan
  readonly change: (patch: Partial<DraftFields>) => void
  readonly enter: () => void
  readonly leave: (name: FieldName) => void
  readonly undo: () => void
  readonly clear: () => void
  /** Takes a scanned text; false when it is no code. */
  readonly takeScan: (text: string) => boolean
  /** Keys may be the beginning of a scan: what is in the fields now is what they change. */
  readonly scanMayBegin: () => void
  /** A scanner typed a text, wherever the focus was: the fields are as before it, and then as it says. */
  readonly takeBurst: (text: string) => void
  /** A code was scanned while a question was open about the fields: they stay. */
  readonly refuseBurst: () => void
  /** Validates and records; null when something is to be corrected first. By a result's key the focus stays where it is. */
  readonly submit: (result: Result | undefined, isByKey: boolean) => Promise<Recorded | null>
  /** What would be recorded; null when something is to be corrected first. */
  readonly check: (result: Result | undefined, isByKey: boolean) => ScreeningInput | null
  /** Loads a refused entry, with its faults. */
  readonly correct: (entry: HeldEntry) => Promise<void>
}

const isIns = (text: string): boolean => parseInsDataMatrix(text.trim()).ok

/** Why a scanned text fills in nobody. */
const scanOf = (typed: string): Scan => {
  if (looksLikeIns(typed)) return 'refused'
  if (looksLikeCode(typed) || isWholeCode(typed)) return 'other'
  return mayBeCode(typed) ? 'layout' : 'refused'
}

const textFields = ['familyName', 'firstNames', 'birthDate', 'contact', 'sampledAt'] as const

const firstDevice = (recent: readonly string[]): string => recent[0] ?? ''

/** Those of the known faults that stay; the same value when all do. */
const faultsWhere = (known: FormFaults, stays: (name: FieldName) => boolean): FormFaults => {
  const wrong = fieldOrder.filter((name) => known[name] !== undefined)
  const left = wrong.filter(stays)
  return left.length === wrong.length
    ? known
    : Object.fromEntries(left.map((name) => [name, known[name]]))
}

/**
 * @param focusField puts the cursor into a field; called with the first one in fault
 * @param typed somebody typed: what was said of the person before is over
 */
export const useScreeningForm = (
  focusField: (name: FieldName) => void,
  typed: () => void,
): ScreeningForm => {
  const counter = useCounter()
  const { catalogue, recentDevices } = useCounterState()
  const store = useDraftStore()
  const timeHere = useTimeHere()
  const timeZone = useSiteZone()
  const [faults, setFaults] = useState<FormFaults>({})
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [isSending, setIsSending] = useState(false)
  const [scan, setScan] = useState<ScreeningForm['scan']>('none')
  // A second press of Enter before React has drawn the first must not send twice.
  const sending = useRef(false)

  /** As they were before the keys that may be a scan. */
  const beforeScan = useRef(store.get().fields)

  const show = useCallback(
    (found: FormFaults, isByKey = false): void => {
      setFaults(found)
      const first = firstFault(found)
      // The next press of a result's key would be typed into the field.
      if (first !== undefined && !isByKey) focusField(first)
    },
    [focusField],
  )

  const showRefusal = (refused: Refusal, isByKey = false): void => {
    setRefusal(refused)
    show(faultsOnFields(refused.faults).fields, isByKey)
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
    store.dispatch({ type: 'scan', identity })
    setFaults({})
    setScan('read')
    focusField('contact')
  }

  const take = (typed: string): void => {
    const restored = restoreLayout(typed, isIns)
    const identity = restored && parseInsDataMatrix(restored.text.trim())
    if (identity?.ok) filled(identity.value)
    else setScan(scanOf(typed))
  }

  /** What a scanner typed slowly, as if by hand, is not what Escape should bring back. */
  const emptyScanned = (): void => {
    const current = store.get().fields
    const scanned = textFields.filter((name) => mayBeCode(current[name]))
    const patch = Object.fromEntries(scanned.map((name) => [name, '']))
    store.dispatch({ type: 'change', patch })
  }

  return {
    faults,
    refusal,
    isSending,
    scan,
    change: (patch) => {
      const before = store.get().fields
      store.dispatch({ type: 'change', patch })
      typed()
      // A fault stays until its field is right; a new one is only looked for when it is left. What only the portal
      // knows to be wrong goes with the first change.
      const stays = (name: FieldName): boolean =>
        !Object.hasOwn(patch, name) ||
        (faultOf(name, store.get().fields, context()) !== undefined &&
          faultOf(name, before, context()) !== undefined)
      if (Object.keys(faults).length > 0) setFaults((known) => faultsWhere(known, stays))
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
      const fault = faultOf(name, current, context())
      setFaults((known) => {
        const { [name]: shown, ...others } = known
        // An empty field is not wrong yet: one may only be passing through.
        const isWrong = fault !== undefined && (current[name] !== '' || shown !== undefined)
        if (isWrong ? shown === fault : shown === undefined) return known
        return isWrong ? { ...others, [name]: fault } : others
      })
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
      if (!mayBeCode(text)) return false
      emptyScanned()
      take(text)
      return true
    },
    scanMayBegin: () => {
      beforeScan.current = store.get().fields
    },
    takeBurst: (text) => {
      store.dispatch({ type: 'change', patch: beforeScan.current })
      if (!sending.current) take(text)
    },
    refuseBurst: () => {
      store.dispatch({ type: 'change', patch: beforeScan.current })
      setScan('not-now')
    },
    check: (result, isByKey) => {
      const validated = validate(result)
      if (validated.ok) return validated.input
      show(validated.faults, isByKey)
      return null
    },
    submit: async (result, isByKey) => {
      if (sending.current || actingChange(counter.store.get()) !== null) return null
      const validated = validate(result)
      if (!validated.ok) {
        show(validated.faults, isByKey)
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
        if (outcome.kind === 'not-kept') return null
        if (outcome.kind === 'refused') {
          showRefusal(outcome.refusal, isByKey)
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
      const sound = isFuture ? atPortalTime(input, outbox, new Date()) : input
      await store.load(draftOfInput(sound, sound.id, new Date(), timeZone), isIdTaken)
      // Only now that the draft is on disk may the entry leave the outbox; one with a document stays until it is sent.
      if (entry.document === null) await counter.takeBack(entry.id)
      setScan('none')
      showRefusal(refused)
    },
  }
}
