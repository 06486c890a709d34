import { useEffect } from 'react'
import { useCounter, useDraft } from '../context.ts'
import { isTouched } from '../form/draft.ts'

/** Keeps room on this device for the screening being typed, from its first letter: before the test is taken. */
export const useReservation = (): void => {
  const counter = useCounter()
  const draft = useDraft()
  const { id } = draft
  const isTyping = isTouched(draft)
  useEffect(() => {
    if (isTyping) void counter.reserve(id)
  }, [counter, id, isTyping])
}
