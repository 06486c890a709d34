import { problemRegistry, routes } from '@sidep/contracts'
import { errorWords } from '../../shared/api/index.ts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, LinkButton, Notice } from '../../shared/ui/index.ts'
import { useCounter, useCounterState } from '../context.ts'
import { messages } from '../messages.ts'
import { isOwnedBy, type OutboxEntry } from '../outbox/outbox.ts'
import { ownerOf } from '../state.ts'
import { returnHere } from './sign-in.tsx'

/** When something fails: first what is safe, then what to do, then the code for support. */
export const Safety = () => {
  const t = useMessages(messages)
  const { isSessionLost, isDurable } = useCounterState()
  return (
    <>
      {!isDurable && (
        <Notice tone="warn" title={t('notDurable')}>
          <p>{t('notDurableHelp')}</p>
        </Notice>
      )}
      {isSessionLost ? <SessionLost /> : <LinkTrouble />}
      <OthersKept />
    </>
  )
}

const SessionLost = () => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const { doors, device, sessionEnd } = useCounterState()
  return (
    <Notice tone="warn" live="alert" title={t('safeTitle')} supportCode={sessionEnd}>
      <p>{t('safeSession')}</p>
      {sessionEnd !== null && <p>{problemRegistry[sessionEnd].title[language]}</p>}
      <div className="actions">
        {(doors ?? [{ door: 'ecps' as const, url: routes.loginEcps }]).map(({ door, url }) => (
          <LinkButton key={door} variant="primary" href={returnHere(url, device)}>
            {t(door === 'ecps' ? 'signInAgainEcps' : 'signInAgainCard')}
          </LinkButton>
        ))}
      </div>
    </Notice>
  )
}

const LinkTrouble = () => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const counter = useCounter()
  const { link } = useCounterState()
  if (link.state === 'online') return null
  const { sentence, supportCode } = errorWords(link.error, language)
  return (
    <Notice tone="warn" live="status" title={t('safeTitle')} supportCode={supportCode}>
      <p>{t(link.state === 'offline' ? 'safeOffline' : 'safeBusy')}</p>
      <p>{sentence}</p>
      {link.state === 'offline' && (
        <div>
          <Button onPress={counter.refresh}>{t('tryNow')}</Button>
        </div>
      )}
    </Notice>
  )
}

/** Entries of somebody else, or of another site, that wait on this device. */
const OthersKept = () => {
  const t = useMessages(messages)
  const { outbox, session } = useCounterState()
  const owner = ownerOf(session)
  const groups = new Map<string, OutboxEntry[]>()
  for (const entry of outbox) {
    if (isOwnedBy(entry, owner)) continue
    const key = `${entry.owner.professionalId}/${entry.owner.siteId}`
    groups.set(key, [...(groups.get(key) ?? []), entry])
  }
  return [...groups].map(([key, entries]) => {
    const first = entries[0]
    if (first === undefined) return null
    return (
      <Notice key={key} tone="info">
        <p>
          {t('othersKept', {
            count: new Set(entries.map(({ id }) => id)).size,
            name: first.owner.professionalName,
            site: first.owner.siteName,
          })}
        </p>
      </Notice>
    )
  })
}
