import { useState } from 'react'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Confirm, Notice } from '../../shared/ui/index.ts'
import { useCounter, useCounterState, useSiteZone } from '../context.ts'
import { messages } from '../messages.ts'
import { heldEntries, isOfAnonymousDraft } from '../outbox/content.ts'
import { ownerOf } from '../state.ts'
import { fullName } from '../words.ts'

/** Typed here before a sign-in that did not follow in the same tab: only its author can say whose it is. */
export const NobodysEntries = () => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const counter = useCounter()
  const { outbox, session, anonymousDraft } = useCounterState()
  const [isAsking, setIsAsking] = useState(false)
  const entries = heldEntries(outbox.entries).filter(
    (entry) => entry.owner === null && !isOfAnonymousDraft(entry, anonymousDraft),
  )
  const first = entries[0]
  if (first === undefined) return null
  const people = entries.map(({ screening }) => fullName(screening.input.person))
  const time = new Date(first.typedAt).toLocaleString(localeOf[language], {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone,
  })
  return (
    <Notice tone="info">
      <p>{t('nobodysKept', { count: entries.length, time })}</p>
      {ownerOf(session) !== null && (
        <div>
          <Button onPress={() => setIsAsking(true)}>{t('nobodysClaim')}</Button>
        </div>
      )}
      <Confirm
        title={t('nobodysClaimTitle')}
        isOpen={isAsking}
        confirmLabel={t('nobodysClaim')}
        onCancel={() => setIsAsking(false)}
        onConfirm={() => {
          setIsAsking(false)
          void counter.claim()
        }}
      >
        <p>{t('nobodysClaimHelp', { names: people.join(', ') })}</p>
      </Confirm>
    </Notice>
  )
}
