import { useState } from 'react'
import type { ApiError } from '../../shared/api/index.ts'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Confirm } from '../../shared/ui/index.ts'
import { useCounter, useCounterState, useDraftStore, useDraftValue, useMedia } from '../context.ts'
import { isTouched } from '../form/draft.ts'
import { messages } from '../messages.ts'
import { leaveProvider } from '../session/leave-provider.ts'
import { unsentHere } from '../state.ts'
import { ErrorNotice } from './error-notice.tsx'
import { SessionDialog } from './session-dialog.tsx'
import { unsentWords } from './unsent-words.ts'

/** Who is signed in, and the way out. */
export const SessionMenu = () => {
  const t = useMessages(messages)
  const counter = useCounter()
  const drafts = useDraftStore()
  const isTyping = useDraftValue(isTouched)
  const state = useCounterState()
  const { session, recentDevices } = state
  // On a phone the way out is behind the name: beside it, it would take a line of its own.
  const isWide = useMedia('(min-width: 48rem)')
  const [isAsking, setIsAsking] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  if (session === null) return null
  const kept = unsentWords(t, unsentHere(state))

  const signOut = async (): Promise<void> => {
    const failed = await counter.signOut()
    setError(failed)
    if (failed !== null) return
    drafts.next(recentDevices[0] ?? '')
    leaveProvider(session.door)
  }

  const askOrSignOut = (): void => {
    if (kept !== '' || isTyping) setIsAsking(true)
    else void signOut()
  }

  return (
    <>
      <SessionDialog session={session} {...(isWide ? {} : { onSignOut: askOrSignOut })} />
      {isWide && (
        <Button variant="quiet" onPress={askOrSignOut}>
          {t('signOut')}
        </Button>
      )}
      {error && <ErrorNotice error={error} title={t('signOutFailed')} />}
      <Confirm
        title={t('signOutTitle')}
        isOpen={isAsking}
        confirmLabel={t('signOut')}
        onCancel={() => setIsAsking(false)}
        onConfirm={() => {
          setIsAsking(false)
          void signOut()
        }}
      >
        {isTyping && <p>{t('signOutDraft')}</p>}
        {kept !== '' && <p>{t('signOutKept', { what: kept })}</p>}
      </Confirm>
    </>
  )
}
