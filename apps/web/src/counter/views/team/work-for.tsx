import { useEffect, useState } from 'react'
import type { ApiError } from '../../../shared/api/index.ts'
import { localeOf, useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { Button, Icon, Notice } from '../../../shared/ui/index.ts'
import {
  useCounter,
  useCounterState,
  useNow,
  useSiteZone,
  useTeam,
  useWorkForMe,
} from '../../context.ts'
import { fullName } from '../../words.ts'
import { ErrorNotice } from '../error-notice.tsx'
import { moment } from './moment.ts'
import { teamMessages } from './team-messages.ts'

/** For whom somebody may work, to choose from; nothing for the many whom nobody lets work for them. */
export const WorkFor = () => {
  const t = useMessages(teamMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const counter = useCounter()
  const team = useTeam()
  const now = useNow(30_000)
  const { session } = useCounterState()
  const { forMe, error } = useWorkForMe()
  const [failure, setFailure] = useState<ApiError | null>(null)
  const [isSending, setIsSending] = useState(false)
  useEffect(() => {
    void team.readForMe()
  }, [team])
  if (session === null) return null
  // Somebody with a site of their own who works for nobody else need not read about it.
  const hasOwn = session.sites.length > 0
  const choose = async (siteId: string, delegation: string): Promise<void> => {
    setIsSending(true)
    const failed = await counter.chooseSite(siteId, delegation)
    setIsSending(false)
    setFailure(failed)
    // It may have been withdrawn meanwhile: what is offered is asked for again.
    if (failed !== null) void team.readForMe()
  }
  return (
    <>
      {(failure ?? error) && <ErrorNotice error={failure ?? (error as ApiError)} />}
      {forMe !== null && forMe.length > 0 && (
        <>
          <h2>{hasOwn ? t('alsoFor') : t('chooseTitle')}</h2>
          {!hasOwn && <p>{t('chooseIntro')}</p>}
          <ul className="plain-list stack-tight">
            {forMe.map(({ id, responsible, site, endsAt }) => (
              <li key={id}>
                <button
                  type="button"
                  className="door"
                  disabled={isSending}
                  onClick={() => void choose(site.id, id)}
                >
                  <span className="door-name">
                    {t('chooseFor', { name: fullName(responsible), site: site.name })}
                  </span>
                  <span className="muted number">
                    {[
                      site.postalCode,
                      t('until', {
                        time: moment(new Date(endsAt), now, localeOf[language], timeZone),
                      }),
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                  <Icon name="chevron" />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {forMe?.length === 0 && !hasOwn && (
        <Notice tone="warn" live="status">
          <p>{t('chooseNone')}</p>
          <div>
            <Button onPress={() => void team.readForMe()}>{t('chooseReload')}</Button>
          </div>
        </Notice>
      )}
    </>
  )
}
