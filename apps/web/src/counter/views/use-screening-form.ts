import type { Result, ScreeningInput } from '@sidep/contracts'
import type { Outcome, Refusal } from '@sidep/sdk/parts'
import { useState } from 'react'
import { actingChange } from '../acting/acting-for.ts'
import { atPortalTime } from '../clock.ts'
import { useCounter, useCounterState, useDraftStore, useSiteZone } from '../context.ts'
import type { FieldName } from '../form/draft.ts'
import { draftOfInput } from '../form/draft-of-input.ts'
import { faultsOnFields } from '../form/validate.ts'
import { type HeldEntry, refusalOf } from '../outbox/content.ts'
import { type FormFields, useFormFields } from './use-form-fields.ts'

export interface Recorded {
  readonly person: { readonly familyName: string; readonly firstNames: string }
  readonly result: Result | null
  readonly outcome: Outcome
  readonly id: string
}

/** The form of a new screening: its fields, and how they are recorded. */
export interface ScreeningForm extends FormFields {
  readonly refusal: Refusal | null
  readonly clear: () => void
  /** Validates and records; null when something is to be corrected first. By a result's key the focus stays where it is. */
  readonly submit: (result: Result | undefined, isByKey: boolean) => Promise<Recorded | null>
  /** What would be recorded; null when something is to be corrected first. */
  readonly check: (result: Result | undefined, isByKey: boolean) => ScreeningInput | null
  /** Loads a refused entry, with its faults. */
  readonly correct: (entry: HeldEntry) => Promise<void>
}

const firstDevice = (recent: readonly string[]): string => recent[0] ?? ''

/**
 * @param focusField puts the cursor into a field; called with the first one in fault
 * @param typed somebody typed: what was said of the person before is over
 */
export const useScreeningForm = (
  focusField: (name: FieldName) => void,
  typed: () => void,
): ScreeningForm => {
  const counter = useCounter()
  const { recentDevices } = useCounterState()
  const store = useDraftStore()
  const timeZone = useSiteZone()
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const control = useFormFields({ focusField, typed })
  const { fields, show, validate } = control

  const showRefusal = (refused: Refusal, isByKey = false): void => {
    setRefusal(refused)
    show(faultsOnFields(refused.faults).fields, isByKey)
  }

  const reset = (): void => {
    control.reset()
    setRefusal(null)
  }

  return {
    ...fields,
    refusal,
    clear: () => {
      store.dispatch({ type: 'clear', device: firstDevice(recentDevices) })
      reset()
      focusField('familyName')
    },
    check: (result, isByKey) => {
      const validated = validate(result)
      if (validated.ok) return validated.input
      show(validated.faults, isByKey)
      return null
    },
    submit: async (result, isByKey) => {
      if (control.isBusy() || actingChange(counter.store.get()) !== null) return null
      const validated = validate(result)
      if (!validated.ok) {
        show(validated.faults, isByKey)
        return null
      }
      return control.sendOnce(async (sent) => {
        setRefusal(null)
        const { input } = validated
        const outcome = await counter.record(input)
        // Before the focus is moved: a disabled field cannot take it.
        sent()
        if (outcome.kind === 'not-kept') return null
        if (outcome.kind === 'refused') {
          showRefusal(outcome.refusal, isByKey)
          if (outcome.refusal.code === 'SCREENING_ID_REUSED') store.renew()
          return null
        }
        store.next(input.device === 'other' ? firstDevice(recentDevices) : input.device)
        reset()
        return { person: input.person, result: result ?? null, outcome, id: input.id }
      })
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
      control.noScan()
      showRefusal(refused)
    },
  }
}
