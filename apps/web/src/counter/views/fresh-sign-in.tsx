import { useEffect, useState } from 'react'
import { type ApiError, errorWords, isProblem } from '../../shared/api/index.ts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Notice, Working } from '../../shared/ui/index.ts'
import { useCounter, useCounterState } from '../context.ts'
import { rememberDoor } from '../session/last-door.ts'
import { type ActKind, keepAct } from '../session/pending-act.ts'
import { DoorList } from './door-list.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { freshMessages } from './fresh-messages.ts'
import { addressOf, type DoorWay } from './use-sign-in.ts'

/**
 * What went wrong with an act. When it only needs a fresh sign-in: the doors, which lead back to it with what was typed.
 */
export const ActError = ({
  error,
  title,
  act,
  typed,
}: {
  readonly error: ApiError
  readonly title: string
  readonly act: ActKind
  /** Kept in this tab until one is back. */
  readonly typed: unknown
}) =>
  isProblem(error, 'FRESH_SIGN_IN_REQUIRED') ? (
    <FreshSignIn error={error} leave={() => keepAct(act, typed)} />
  ) : (
    <ErrorNotice error={error} title={title} />
  )

/** Asks for a sign-in by either door, because the last one is too old for this. */
const FreshSignIn = ({
  error,
  leave,
}: {
  readonly error: ApiError
  /** On the way to a door that leaves the page. */
  readonly leave: () => void
}) => {
  const t = useMessages(freshMessages)
  const { language } = useLanguage()
  const counter = useCounter()
  const { doors, device, session } = useCounterState()
  const [signedInBefore] = useState(session?.signedInAt)
  useEffect(() => {
    void counter.readDoors()
  }, [counter])
  // On the phone one signs in without leaving the page.
  if (session !== null && session.signedInAt !== signedInBefore) {
    return (
      <Notice tone="good" live="status">
        <p>{t('freshDone')}</p>
      </Notice>
    )
  }
  const { supportCode } = errorWords(error, language)
  const way: DoorWay = {
    href: (url) => addressOf(url, device),
    onClick: (door) => () => {
      rememberDoor(door)
      leave()
    },
    go: (_door, url) => location.assign(addressOf(url, device)),
    error: null,
    failed: null,
    isAsking: false,
  }
  return (
    <Notice tone="info" live="alert" title={t('freshTitle')} supportCode={supportCode}>
      <p>{t('freshHelp')}</p>
      {doors === null ? <Working /> : <DoorList doors={doors} way={way} failed={null} />}
    </Notice>
  )
}
