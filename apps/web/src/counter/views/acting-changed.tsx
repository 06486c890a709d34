import { useState } from 'react'
import type { ApiError } from '../../shared/api/index.ts'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Dialog } from '../../shared/ui/index.ts'
import { type Acting, type ActingChange, actingChange } from '../acting/acting-for.ts'
import { actingMessages } from '../acting/acting-messages.ts'
import { useCounter, useCounterState, useDraftValue } from '../context.ts'
import { isTouched } from '../form/draft.ts'
import { messages } from '../messages.ts'
import { leaveProvider } from '../session/leave-provider.ts'
import { ErrorNotice } from './error-notice.tsx'

/** Says in whose name and where this tab records now, over whatever it was showing: nothing is recorded before. */
export const ActingChanged = () => {
  const state = useCounterState()
  const change = actingChange(state)
  return change === null ? null : <Change change={change} />
}

const Change = ({ change: { before, now } }: { readonly change: ActingChange }) => {
  const t = useMessages(actingMessages)
  const tc = useMessages(messages)
  const counter = useCounter()
  const { session } = useCounterState()
  const isTyping = useDraftValue(isTouched)
  const [error, setError] = useState<ApiError | null>(null)
  const isSamePerson =
    before.responsibleId === now.responsibleId && before.operatorId === now.operatorId
  const nameOf = ({ operator, responsible, operatorId, responsibleId }: Acting): string =>
    operatorId === responsibleId ? responsible : t('somebodyFor', { operator, responsible })
  const words = { now: nameOf(now), site: now.siteName }

  const leave = async (): Promise<void> => {
    const failed = await counter.signOut()
    setError(failed)
    if (failed === null && session !== null) leaveProvider(session.door)
  }

  // No button has the focus at first: a key that was meant for the form goes nowhere.
  return (
    <Dialog
      title={isSamePerson ? t('changedSite', words) : t('changedPerson', words)}
      isOpen
      onClose={() => undefined}
      isDismissable={false}
      size="compact"
      role="alertdialog"
    >
      <p>{t('changedFrom', { before: nameOf(before), siteBefore: before.siteName })}</p>
      <p>
        <strong>{t('changedTo', words)}</strong>
      </p>
      {isTyping && <p>{t('changedKept')}</p>}
      {error && <ErrorNotice error={error} title={tc('signOutFailed')} />}
      <div className="actions end">
        {isSamePerson ? (
          <Button onPress={counter.chooseAgain}>{t('otherSite')}</Button>
        ) : (
          <Button onPress={() => void leave()}>{t('notMe')}</Button>
        )}
        <Button variant="primary" onPress={counter.acknowledgeActing}>
          {isSamePerson ? t('goOnAt', words) : t('goOnAs', words)}
        </Button>
      </div>
    </Dialog>
  )
}
