import type { Result } from '@sidep/contracts'
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
import { useCounterValue, useFormDraft, useSiteZone, useTimeHere } from '../context.ts'
import type { DraftFields, FieldName } from '../form/draft.ts'
import { looksLikeIns } from '../form/keys.ts'
import {
  type FormContext,
  type FormFaults,
  faultOf,
  fieldOrder,
  firstFault,
  type Validated,
  validateDraft,
} from '../form/validate.ts'
import { isWholeCode } from '../form/whole-code.ts'
import { counterKind } from '../state.ts'

/** What became of the last code scanned. */
type Scan = 'none' | 'read' | 'refused' | 'layout' | 'other' | 'not-now'

/**
 * What the fields need of the form around them: what is wrong, and what can be done. What is typed is not in here: each
 * field takes its own text from the draft, so that a letter draws one field and nothing else.
 */
export interface FormFields {
  readonly faults: FormFaults
  readonly isSending: boolean
  readonly scan: Scan
  /** Whether a sample of long ago is asked about: why it is entered now. */
  readonly asksWhyLate: boolean
  readonly change: (patch: Partial<DraftFields>) => void
  readonly enter: () => void
  readonly leave: (name: FieldName) => void
  readonly undo: () => void
  /** Takes a scanned text; false when it is no code. */
  readonly takeScan: (text: string) => boolean
  /** Keys may be the beginning of a scan: what is in the fields now is what they change. */
  readonly scanMayBegin: () => void
  /** A scanner typed a text, wherever the focus was: the fields are as before it, and then as it says. */
  readonly takeBurst: (text: string) => void
  /** A code was scanned while a question was open about the fields: they stay. */
  readonly refuseBurst: () => void
}

/** What the form does with its fields. */
export interface FieldsControl {
  readonly fields: FormFields
  /** Shows what is wrong; by a result's key the focus stays where it is. */
  readonly show: (found: FormFaults, isByKey?: boolean) => void
  readonly validate: (result?: Result) => Validated
  readonly reset: () => void
  readonly noScan: () => void
  readonly isBusy: () => boolean
  /** One thing at a time is sent: null while another is under way. */
  readonly sendOnce: <T>(work: (sent: () => void) => Promise<T>) => Promise<T | null>
}

export interface FieldsOptions {
  /** Puts the cursor into a field; called with the first one in fault. */
  readonly focusField: (name: FieldName) => void
  /** Somebody typed: what was said of the person before is over. */
  readonly typed: () => void
  /** Of what was entered before: the time by which it was judged then. */
  readonly judgedAt?: Date
}

const isIns = (text: string): boolean => parseInsDataMatrix(text.trim()).ok

/** Why a scanned text fills in nobody. */
const scanOf = (typed: string): Scan => {
  if (looksLikeIns(typed)) return 'refused'
  if (looksLikeCode(typed) || isWholeCode(typed)) return 'other'
  return mayBeCode(typed) ? 'layout' : 'refused'
}

const textFields = ['familyName', 'firstNames', 'birthDate', 'contact', 'sampledAt'] as const

/** Those of the known faults that stay; the same value when all do. */
const faultsWhere = (known: FormFaults, stays: (name: FieldName) => boolean): FormFaults => {
  const wrong = fieldOrder.filter((name) => known[name] !== undefined)
  const left = wrong.filter(stays)
  return left.length === wrong.length
    ? known
    : Object.fromEntries(left.map((name) => [name, known[name]]))
}

export const useFormFields = ({ focusField, typed, judgedAt }: FieldsOptions): FieldsControl => {
  const catalogue = useCounterValue((state) => state.catalogue)
  const store = useFormDraft()
  const timeHere = useTimeHere()
  const timeZone = useSiteZone()
  const [faults, setFaults] = useState<FormFaults>({})
  const [isSending, setIsSending] = useState(false)
  const [scan, setScan] = useState<Scan>('none')
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

  const context = (): FormContext => ({
    now: timeHere(),
    timeZone,
    kind: counterKind(catalogue).code,
    catalogue,
    ...(judgedAt === undefined ? {} : { judgedAt }),
  })

  const filled = (identity: InsIdentity): void => {
    store.dispatch({ type: 'scan', identity })
    setFaults({})
    setScan('read')
    focusField('contact')
  }

  const take = (text: string): void => {
    const restored = restoreLayout(text, isIns)
    const identity = restored && parseInsDataMatrix(restored.text.trim())
    if (identity?.ok) filled(identity.value)
    else setScan(scanOf(text))
  }

  /** What a scanner typed slowly, as if by hand, is not what Escape should bring back. */
  const emptyScanned = (): void => {
    const current = store.get().fields
    const scanned = textFields.filter((name) => mayBeCode(current[name]))
    const patch = Object.fromEntries(scanned.map((name) => [name, '']))
    store.dispatch({ type: 'change', patch })
  }

  return {
    show,
    validate: (result) => {
      const { fields, id } = store.get()
      return validateDraft(fields, { id, ...context() }, result && { result })
    },
    reset: () => {
      setFaults({})
      setScan('none')
    },
    noScan: () => setScan('none'),
    isBusy: () => sending.current,
    sendOnce: async (work) => {
      if (sending.current) return null
      sending.current = true
      setIsSending(true)
      try {
        return await work(() => setIsSending(false))
      } finally {
        sending.current = false
        setIsSending(false)
      }
    },
    fields: {
      faults,
      isSending,
      scan,
      asksWhyLate: judgedAt === undefined,
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
    },
  }
}
