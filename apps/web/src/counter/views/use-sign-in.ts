import type { Door } from '@sidep/contracts'
import { type MouseEvent, useState } from 'react'
import { type ApiError, retryAfterSecondsOf } from '../../shared/api/index.ts'
import { useCounter, useCounterState } from '../context.ts'
import { rememberDoor } from '../session/last-door.ts'
import { rememberSignIn } from '../session/sign-in-begun.ts'

/** The path one comes back to after signing in, and the key that the session is bound to. */
export const addressOf = (url: string, device: string | null): string => {
  const target = new URL(url, location.origin)
  if (!target.searchParams.has('return')) target.searchParams.set('return', '/pro/')
  if (device !== null) target.searchParams.set('device', device)
  return target.origin === location.origin ? target.pathname + target.search : target.href
}

export interface DoorWay {
  /** For the link: what also works when it is opened in another tab. */
  readonly href: (url: string) => string
  /** Takes the place of following the link: asks first whether there is a wait, and waits here, where one can type. */
  readonly onClick: (door: Door, url: string) => (event: MouseEvent) => void
  readonly go: (door: Door, url: string) => void
  readonly error: ApiError | null
  /** The door whose press failed with that error, and when another try is worth it; null while none has. */
  readonly failed: { readonly door: Door; readonly retryAt: Date | null } | null
  readonly isAsking: boolean
}

interface Failure {
  readonly door: Door
  readonly error: ApiError
  readonly at: Date
}

const retryAtOf = ({ error, at }: Failure): Date | null => {
  const seconds = retryAfterSecondsOf(error)
  return seconds === null ? null : new Date(at.getTime() + seconds * 1000)
}

const isPlainClick = ({ button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean =>
  button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey

/** The way to a door, through the waiting room when there is a wait. */
export const useSignIn = (): DoorWay => {
  const counter = useCounter()
  const { device } = useCounterState()
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isAsking, setIsAsking] = useState(false)
  const href = (url: string): string => addressOf(url, device)

  const ask = async (door: Door, url: string): Promise<void> => {
    setIsAsking(true)
    setFailure(null)
    const arrival = await counter.arrive(door)
    setIsAsking(false)
    if (arrival.kind === 'open') {
      rememberSignIn(door)
      location.assign(href(url))
    }
    if (arrival.kind === 'failed') setFailure({ door, error: arrival.error, at: new Date() })
  }
  const go = (door: Door, url: string): void => {
    rememberDoor(door)
    if (!isAsking) void ask(door, url)
  }
  return {
    href,
    go,
    error: failure?.error ?? null,
    failed: failure === null ? null : { door: failure.door, retryAt: retryAtOf(failure) },
    isAsking,
    onClick: (door, url) => (event) => {
      if (!isPlainClick(event)) {
        rememberDoor(door)
        return
      }
      event.preventDefault()
      go(door, url)
    },
  }
}
