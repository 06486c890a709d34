import { useState } from 'react'
import type { ApiError } from '../../shared/api/index.ts'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Icon, Page } from '../../shared/ui/index.ts'
import { useCounter, useCounterState } from '../context.ts'
import { messages } from '../messages.ts'
import { leaveProvider } from '../session/leave-provider.ts'
import { lastSite, lastSiteFirst, rememberSite } from '../site/last-site.ts'
import { ErrorNotice } from './error-notice.tsx'
import { WorkFor } from './team/work-for.tsx'

/** Only shown when somebody works at several sites, or for others. */
export const ChooseSite = () => {
  const t = useMessages(messages)
  const counter = useCounter()
  const { session } = useCounterState()
  const [error, setError] = useState<ApiError | null>(null)
  const [isSending, setIsSending] = useState(false)
  const [last] = useState(lastSite)
  if (session === null) return null
  const choose = async (siteId: string): Promise<void> => {
    setIsSending(true)
    const failed = await counter.chooseSite(siteId)
    if (failed === null) rememberSite(siteId)
    setError(failed)
    setIsSending(false)
  }
  const signOut = async (): Promise<void> => {
    const failed = await counter.signOut()
    setError(failed)
    if (failed === null) leaveProvider(session.door)
  }
  const leftOut = session.sitesLeftOut ?? []
  return (
    <Page
      title={t('siteTitle')}
      width="narrow"
      headerEnd={
        <Button variant="quiet" onPress={() => void signOut()}>
          {t('signOut')}
        </Button>
      }
    >
      <div className="stack">
        <h1>{t('siteTitle')}</h1>
        {session.sites.length > 0 && <p>{t('siteIntro')}</p>}
        {error && <ErrorNotice error={error} />}
        <ul className="plain-list stack-tight">
          {lastSiteFirst(session.sites, last).map((site) => (
            <li key={site.id}>
              <button
                type="button"
                className="door"
                disabled={isSending}
                // biome-ignore lint/a11y/noAutofocus: nothing else is to be done on this screen
                autoFocus={site.id === last}
                onClick={() => void choose(site.id)}
              >
                <span className="door-name">{site.name}</span>
                <span className="muted number">
                  {[site.postalCode, t('siteFiness', { id: site.id })].filter(Boolean).join(' · ')}
                </span>
                {site.id === last && <span className="small muted">{t('siteLast')}</span>}
                <Icon name="chevron" />
              </button>
            </li>
          ))}
        </ul>
        <WorkFor />
        {leftOut.length > 0 && (
          <p className="small muted">
            {t('siteLeftOut', { names: leftOut.map(({ name }) => name).join(', ') })}
          </p>
        )}
      </div>
    </Page>
  )
}
