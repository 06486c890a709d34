import { useEffect } from 'react'
import { useCounter, useDraftValue } from '../context.ts'
import { isTouched } from '../form/draft.ts'

/** Keeps room on this device for the screening being typed, from its first letter: before the test is taken. */
export const useReservation = (): void => {
  const counter = useCounter()
  const id = useDraftValue((draft) => draft.id)
  const isTyping = useDraftValue(isTouched)
  useEffect(() => {
    if (isTyping) void counter.reserve(id)
  }, [counter, id, isTyping])
}
