import { type Door, type ProblemCode, problemRegistry } from '@sidep/contracts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Icon, Notice, Page, Tag, Working } from '../../shared/ui/index.ts'
import { useCounterState, useDraft } from '../context.ts'
import { isTouched } from '../form/draft.ts'
import { messages } from '../messages.ts'
import { heldEntries } from '../outbox/content.ts'
import { lastDoor } from '../session/last-door.ts'
import { ErrorNotice } from './error-notice.tsx'
import { GoOnAlone } from './go-on-alone.tsx'
import { type DoorWay, useSignIn } from './use-sign-in.ts'

const problemOf = (search: string): ProblemCode | undefined => {
  const code = new URLSearchParams(search).get('problem')
  return Object.keys(problemRegistry).find((known): known is ProblemCode => known === code)
}

/** The doors that the server offers, equal, each saying whether it works now. */
export const SignIn = () => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const { doors, outbox, link } = useCounterState()
  const draft = useDraft()
  const way = useSignIn()
  const problem = problemOf(location.search)
  const kept = heldEntries(outbox.entries).length
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
        {way.error && <ErrorNotice error={way.error} />}
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
        <GoOnAlone />
        {doors?.map(({ door, url, state }) => (
          <DoorLink key={door} door={door} url={url} way={way} isUp={state === 'up'} />
        ))}
      </div>
    </Page>
  )
}

const DoorLink = ({
  door,
  url,
  way,
  isUp,
}: {
  readonly door: Door
  readonly url: string
  readonly way: DoorWay
  readonly isUp: boolean
}) => {
  const t = useMessages(messages)
  const isLast = lastDoor() === door
  return (
    <a className="door" href={way.href(url)} onClick={way.onClick(door, url)}>
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
