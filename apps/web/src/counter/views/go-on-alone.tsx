import { bookletAllowance } from '@sidep/continuity'
import { useState } from 'react'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Dialog, Notice } from '../../shared/ui/index.ts'
import { bookletEnd } from '../booklet/booklet-end.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import { useCounter, useCounterState, useNow, useSiteZone } from '../context.ts'
import { ownerOf } from '../state.ts'
import { UnlockForm } from './unlock-form.tsx'

/** Where nobody can sign in: the booklet of who was here last goes on, once they unlock it. */
export const GoOnAlone = () => {
  const t = useMessages(bookletMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const counter = useCounter()
  const { holder, outbox, link, doors } = useCounterState()
  const now = useNow(15_000)
  const [isAsking, setIsAsking] = useState(false)
  const owner = ownerOf(holder)
  if (owner === null) return null
  const { left, until } = bookletAllowance(outbox, owner, now.getTime())
  // While a door works, signing in is the way.
  const isNeeded = link.state !== 'online' || !doors?.some(({ state }) => state === 'up')
  if (until === null || !isNeeded) return null
  return (
    <Notice tone="info" title={t('aloneTitle')}>
      <p>
        {t('aloneHelp', {
          name: owner.professionalName,
          site: owner.siteName,
          count: left,
          time: bookletEnd(t, new Date(until), now, localeOf[language], timeZone),
        })}
      </p>
      <div>
        <Button onPress={() => setIsAsking(true)}>{t('alone')}</Button>
      </div>
      <Dialog title={t('alone')} isOpen={isAsking} onClose={() => setIsAsking(false)}>
        <UnlockForm
          label={t('alone')}
          unlock={counter.goOnAlone}
          onOpen={() => setIsAsking(false)}
        />
      </Dialog>
    </Notice>
  )
}
