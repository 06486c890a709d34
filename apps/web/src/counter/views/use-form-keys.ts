import type { KeyboardEvent, RefObject } from 'react'
import { groupSeparator, isSeparatorKey } from '../../shared/scanner/index.ts'
import { focusNext, insertAtCursor, isKeptByLibrary } from '../form/keys.ts'
import { sexOfKey } from '../words.ts'
import type { FormFields } from './use-form-fields.ts'

interface FormKeys {
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
  readonly onKeyDownCapture: (event: KeyboardEvent<HTMLElement>) => void
}

/**
 * Enter goes on, Escape undoes, a letter says the sex.
 *
 * @param undo null: Escape is for what is around the form
 */
export const useFormKeys = (
  element: RefObject<HTMLElement | null>,
  form: FormFields,
  undo: (() => void) | null,
): FormKeys => {
  const act = (event: KeyboardEvent<HTMLElement>): void => {
    const { target } = event
    if (event.nativeEvent.isComposing || element.current === null) return
    if (event.key === 'Escape') {
      undo?.()
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
  return {
    /** Keys that the component library would keep for itself. */
    onKeyDownCapture: (event) => {
      const { target } = event
      if (!(target instanceof HTMLInputElement) || !isKeptByLibrary(target)) return
      const isMeant = event.key === 'Enter' || (event.key === 'Escape' && undo !== null)
      if (!isMeant) return
      event.stopPropagation()
      act(event)
    },
    onKeyDown: (event) => {
      // An open list has just used Enter to choose; moving on now would undo the choice.
      if (event.target instanceof HTMLElement && event.target.role === 'combobox') return
      act(event)
    },
  }
}
