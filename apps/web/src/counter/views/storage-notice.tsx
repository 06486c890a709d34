import { errorWords } from '../../shared/api/index.ts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, LinkButton, Notice } from '../../shared/ui/index.ts'
import { useCounter, useCounterState } from '../context.ts'
import { storageMessages } from '../messages/storage-messages.ts'
import { messages } from '../messages.ts'
import { slipsHref } from '../place.ts'
import { unsentHere } from '../state.ts'
import { unsentWords } from './unsent-words.ts'

/** What this computer does not keep, and what can be done meanwhile. Nothing is promised that could be lost. */
export const StorageNotice = () => {
  const t = useMessages(storageMessages)
  const { storage, link, isSessionLost } = useCounterState()
  if (storage === 'kept') return null
  if (storage === 'full')
    return (
      <Notice tone="warn" live="status" title={t('full')} supportCode="STORAGE_FULL">
        <p>{t('fullHelp')}</p>
      </Notice>
    )
  if (isSessionLost) return null
  return link.state === 'online' ? <KeepsNothing /> : <CannotRecord />
}

const KeepsNothing = () => {
  const t = useMessages(storageMessages)
  return (
    <Notice tone="warn" live="status" title={t('gone')} supportCode="STORAGE_UNAVAILABLE">
      <p>
        {t('goneOnline')} {t('goneDraft')}
      </p>
      <OnlyHere />
      <p className="small">
        {t('goneAgain')} {t('gonePrivate')}
      </p>
    </Notice>
  )
}

const CannotRecord = () => {
  const t = useMessages(storageMessages)
  const tCounter = useMessages(messages)
  const { language } = useLanguage()
  const counter = useCounter()
  const { link } = useCounterState()
  if (link.state === 'online') return null
  const { sentence, supportCode } = errorWords(link.error, language)
  return (
    <Notice tone="bad" live="alert" title={t('goneOffline')} supportCode={supportCode}>
      <p>{t('goneOfflineHelp')}</p>
      <p>
        {sentence} {t('goneDraft')}
      </p>
      <OnlyHere />
      <div className="actions">
        <LinkButton href={slipsHref}>{t('slips')}</LinkButton>
        {link.state === 'offline' && (
          <Button onPress={counter.refresh}>{tCounter('tryNow')}</Button>
        )}
      </div>
    </Notice>
  )
}

/** What was promised while it was kept is still sent, as long as this page is open. */
const OnlyHere = () => {
  const t = useMessages(storageMessages)
  const tCounter = useMessages(messages)
  const what = unsentWords(tCounter, unsentHere(useCounterState()))
  return what === '' ? null : <p>{t('goneKept', { what })}</p>
}

/** Where somebody has just recorded something, or tried to. */
export const NotKept = ({ id }: { readonly id?: string }) => {
  const t = useMessages(storageMessages)
  const { language } = useLanguage()
  const { notKept } = useCounterState()
  if (notKept === null || (id !== undefined && notKept.id !== id)) return null
  const said = notKept.error === null ? null : errorWords(notKept.error, language)
  return (
    <Notice
      tone="bad"
      live="alert"
      title={t('notKept')}
      supportCode={said?.supportCode ?? 'STORAGE_UNAVAILABLE'}
    >
      <p>{t('notKeptHelp')}</p>
      {said && <p>{said.sentence}</p>}
      <div className="actions">
        <LinkButton href={slipsHref}>{t('slips')}</LinkButton>
      </div>
    </Notice>
  )
}
