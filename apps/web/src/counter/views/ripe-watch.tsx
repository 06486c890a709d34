import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Checkbox } from '../../shared/ui/index.ts'
import { useCounterState, useNowHere } from '../context.ts'
import { chime } from '../lists/chime.ts'
import type { Row } from '../lists/rows.ts'
import { ripeness } from '../lists/timer.ts'
import { messages } from '../messages.ts'
import { minutesToResult } from '../state.ts'
import { fullName } from '../words.ts'

/** Timers count minutes; a few seconds late is early enough. */
const tickMilliseconds = 5_000

const soundKey = 'sidep-counter-sound'

/** Whether this browser is to be heard; a browser that keeps nothing is. */
const isSoundKept = (): boolean => {
  try {
    return localStorage.getItem(soundKey) !== 'off'
  } catch {
    return true
  }
}

const keepSound = (isOn: boolean): void => {
  try {
    localStorage.setItem(soundKey, isOn ? 'on' : 'off')
  } catch {
    // Then it holds until the page is closed.
  }
}

interface RipeWatchProps {
  readonly waiting: readonly Row[]
  /** How many tests can be read now: told when that changes. */
  readonly onCount: (count: number) => void
}

/**
 * When somebody's test can be read, whoever works elsewhere learns it: said to a screen reader, in the window's title by
 * whoever hears the count, and by a short sound. Not for those already ripe at the first sight.
 */
export const RipeWatch = ({ waiting, onCount }: RipeWatchProps) => {
  const t = useMessages(messages)
  const { catalogue, areListsKnown } = useCounterState()
  const now = useNowHere(tickMilliseconds)
  const known = useRef<ReadonlySet<string> | null>(null)
  const [said, setSaid] = useState('')
  const [isSoundOn, setIsSoundOn] = useState(isSoundKept)
  const ripe = waiting.filter(
    (row) => ripeness(row.sampledAt, minutesToResult(catalogue, row.kind), now).isRipe,
  )
  const ids = ripe.map(({ id }) => id).join()

  const look = useEffectEvent((isKnown: boolean) => {
    onCount(ripe.length)
    if (!isKnown) return
    const before = known.current
    known.current = new Set(ripe.map(({ id }) => id))
    const fresh = before === null ? [] : ripe.filter(({ id }) => !before.has(id))
    if (fresh.length === 0) return
    setSaid(t('ripeNow', { name: fresh.map(({ person }) => fullName(person)).join(', ') }))
    if (isSoundOn) chime()
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again when others are ripe.
  useEffect(() => look(areListsKnown), [ids, areListsKnown])

  return (
    <>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <div className="small">
        <Checkbox
          isSelected={isSoundOn}
          onChange={(isOn) => {
            setIsSoundOn(isOn)
            keepSound(isOn)
            if (isOn) chime()
          }}
        >
          {t('ripeSound')}
        </Checkbox>
      </div>
    </>
  )
}
