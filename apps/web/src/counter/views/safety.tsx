import { problemRegistry, routes } from '@sidep/contracts'
import { errorWords } from '../../shared/api/index.ts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, LinkButton, Notice } from '../../shared/ui/index.ts'
import { useCounter, useCounterState } from '../context.ts'
import { storageMessages } from '../messages/storage-messages.ts'
import { messages } from '../messages.ts'
import { heldEntries, isOwnedBy } from '../outbox/content.ts'
import { ownerOf } from '../state.ts'
import { ClockNotice } from './clock-notice.tsx'
import { inOrder, PhoneOffer } from './door-list.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { NobodysEntries } from './nobodys-entries.tsx'
import { RetryTime } from './retry-time.tsx'
import { RoomNotice } from './room-notice.tsx'
import { sessionsMessages } from './sessions/sessions-messages.ts'
import { StorageNotice } from './storage-notice.tsx'
import { teamMessages } from './team/team-messages.ts'
import { useSignIn } from './use-sign-in.ts'
import { ZoneNotice } from './zone-notice.tsx'

/** When something fails: first what is safe, then what to do, then the code for support. */
export const Safety = () => {
  const { isSessionLost, room } = useCounterState()
  return (
    <>
      <StorageNotice />
      <ClockNotice />
      <ZoneNotice />
      {room !== null && <RoomNotice />}
      {isSessionLost && room === null ? <SessionLost /> : <LinkTrouble />}
      <NobodysEntries />
      <OthersKept />
    </>
  )
}

const unknownDoors = [{ door: 'ecps', url: routes.loginEcps, state: 'up' }] as const

const SessionLost = () => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const tt = useMessages(teamMessages)
  const ts = useMessages(sessionsMessages)
  const counter = useCounter()
  const way = useSignIn()
  const { doors, sessionEnd, storage } = useCounterState()
  const tStorage = useMessages(storageMessages)
  const isSafe = storage !== 'unavailable'
  return (
    <Notice
      tone="warn"
      live="alert"
      title={isSafe ? t('safeTitle') : tStorage('goneSignedOut')}
      supportCode={sessionEnd}
    >
      <p>{isSafe ? t('safeSession') : tStorage('goneSignedOutHelp')}</p>
      {sessionEnd !== null && <p>{problemRegistry[sessionEnd].title[language]}</p>}
      {sessionEnd === 'SESSION_REVOKED' && <p>{ts('revokedHelp')}</p>}
      <div className="actions">
        {inOrder(doors ?? unknownDoors, way.failed?.door ?? null).map(({ door, url }) => (
          <LinkButton
            key={door}
            variant="primary"
            href={way.href(url)}
            onClick={way.onClick(door, url)}
          >
            {t(door === 'ecps' ? 'signInAgainEcps' : 'signInAgainCard')}
          </LinkButton>
        ))}
        {sessionEnd === 'DELEGATION_ENDED' && (
          <Button variant="primary" onPress={counter.chooseAgain}>
            {tt('chooseAgain')}
          </Button>
        )}
        {doors?.map((door) => (
          <PhoneOffer key={door.door} offered={door} />
        ))}
      </div>
      {way.error && (
        <ErrorNotice error={way.error}>
          <RetryTime at={way.failed?.retryAt ?? null} />
        </ErrorNotice>
      )}
    </Notice>
  )
}

const LinkTrouble = () => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const counter = useCounter()
  const { link, storage } = useCounterState()
  // While nothing is kept, nothing is safe here: StorageNotice says the rest.
  if (link.state === 'online' || storage === 'unavailable') return null
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
  const others = heldEntries(outbox.entries).filter(
    (entry) => entry.owner !== null && !isOwnedBy(entry, owner),
  )
  const groups = Map.groupBy(
    others,
    (entry) => `${entry.owner?.professionalId}/${entry.owner?.siteId}`,
  )
  return [...groups].map(([key, entries]) => {
    const author = entries[0]?.screening.author
    return (
      <Notice key={key} tone="info">
        <p>
          {t('othersKept', {
            count: entries.length,
            name: author?.professionalName ?? '',
            site: author?.siteName ?? '',
          })}
        </p>
      </Notice>
    )
  })
}
