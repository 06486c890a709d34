import { type Door, type ProblemCode, problemRegistry } from '@sidep/contracts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Icon, Notice, Page, Tag, Working } from '../../shared/ui/index.ts'
import { useCounterState, useDraft } from '../context.ts'
import { isTouched } from '../form/draft.ts'
import { messages } from '../messages.ts'
import { lastDoor, rememberDoor } from '../session/last-door.ts'

/**
 * A door's address, with the path one comes back to and the key that the session is bound to.
 *
 * @param device thumbprint, or null for a session that is bound to nothing
 */
export const returnHere = (url: string, device: string | null): string => {
  const target = new URL(url, location.origin)
  if (!target.searchParams.has('return')) target.searchParams.set('return', '/pro/')
  if (device !== null) target.searchParams.set('device', device)
  return target.origin === location.origin ? target.pathname + target.search : target.href
}

const problemOf = (search: string): ProblemCode | undefined => {
  const code = new URLSearchParams(search).get('problem')
  return Object.keys(problemRegistry).find((known): known is ProblemCode => known === code)
}

/** The doors that the server offers, equal, each saying whether it works now. */
export const SignIn = () => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const { doors, outbox, link, device } = useCounterState()
  const draft = useDraft()
  const problem = problemOf(location.search)
  const kept = new Set(outbox.map(({ id }) => id)).size
  return (
    <Page title={t('signInTitle')} width="narrow">
      <div className="stack">
        <h1>{t('signInTitle')}</h1>
        {problem && (
          <Notice tone="bad" live="alert" title={t('signInProblem')} supportCode={problem}>
            <p>{problemRegistry[problem].title[language]}</p>
          </Notice>
        )}
        {(kept > 0 || isTouched(draft)) && (
          <Notice tone="info" title={t('safeTitle')}>
            {kept > 0 && <p>{t('kept', { count: kept })}</p>}
            {isTouched(draft) && <p>{t('draftKept')}</p>}
          </Notice>
        )}
        <p>{t('signInIntro')}</p>
        {doors === null && link.state === 'online' && <Working />}
        {doors === null && link.state !== 'online' && (
          <Notice tone="warn" live="status">
            <p>{t('doorsUnknown')}</p>
          </Notice>
        )}
        {doors?.length === 0 && (
          <Notice tone="warn" live="status">
            <p>{t('noDoor')}</p>
          </Notice>
        )}
        {doors?.map(({ door, url, state }) => (
          <DoorLink key={door} door={door} href={returnHere(url, device)} isUp={state === 'up'} />
        ))}
      </div>
    </Page>
  )
}

const DoorLink = ({
  door,
  href,
  isUp,
}: {
  readonly door: Door
  readonly href: string
  readonly isUp: boolean
}) => {
  const t = useMessages(messages)
  const isLast = lastDoor() === door
  return (
    <a className="door" href={href} onClick={() => rememberDoor(door)}>
      <span className="door-name">{t(door === 'ecps' ? 'doorEcps' : 'doorCard')}</span>
      <span className="muted">{t(door === 'ecps' ? 'doorEcpsHelp' : 'doorCardHelp')}</span>
      <span className="row">
        {isUp ? (
          <Tag tone="good" icon="tick">
            {t('doorUp')}
          </Tag>
        ) : (
          <Tag tone="warn" icon="warning">
            {t('doorDown')}
          </Tag>
        )}
        {isLast && <span className="small muted">{t('doorLast')}</span>}
      </span>
      <Icon name="chevron" />
    </a>
  )
}
