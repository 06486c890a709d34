import { useState } from 'react'
import type { ApiError } from '../../shared/api/index.ts'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Confirm } from '../../shared/ui/index.ts'
import { useCounter, useCounterState, useDraft, useDraftStore } from '../context.ts'
import { isTouched } from '../form/draft.ts'
import { messages } from '../messages.ts'
import { ownEntries, unsentOf } from '../state.ts'
import { ErrorNotice } from './error-notice.tsx'

/** Who is signed in, and the way out. */
export const SessionMenu = () => {
  const t = useMessages(messages)
  const counter = useCounter()
  const draft = useDraft()
  const drafts = useDraftStore()
  const state = useCounterState()
  const { session, recentDevices } = state
  const [isAsking, setIsAsking] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  if (session === null) return null
  const kept = unsentOf(ownEntries(state))
  const { firstNames, familyName } = session.professional

  const signOut = async (): Promise<void> => {
    const failed = await counter.signOut()
    setError(failed)
    if (failed === null) drafts.next(recentDevices[0] ?? '')
  }

  return (
    <>
      <span className="who">{t('signedInAs', { name: `${firstNames} ${familyName}` })}</span>
      <Button
        variant="quiet"
        onPress={() => {
          if (kept > 0 || isTouched(draft)) setIsAsking(true)
          else void signOut()
        }}
      >
        {t('signOut')}
      </Button>
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
        {isTouched(draft) && <p>{t('signOutDraft')}</p>}
        {kept > 0 && <p>{t('signOutKept', { count: kept })}</p>}
      </Confirm>
    </>
  )
}
