import type { SiteNotice } from '@sidep/contracts'
import { useEffect, useState } from 'react'
import type { ApiError } from '../../shared/api/index.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Notice } from '../../shared/ui/index.ts'
import {
  useCounterState,
  useNow,
  useSiteNoticeList,
  useSiteNotices,
  useSiteZone,
} from '../context.ts'
import { siteMessages } from '../site/site-messages.ts'
import { mayDelegate } from '../team/team.ts'
import { ActError } from './fresh-sign-in.tsx'
import { moment } from './team/moment.ts'

/** So often what was done to the site is asked for. */
const readMilliseconds = 10 * 60_000

/** What somebody did to the whole site in the last days; who answers for it takes it back here. */
export const SiteNotices = () => {
  const site = useSiteNotices()
  const notices = useSiteNoticeList()
  const { session, link } = useCounterState()
  const siteId = session?.site?.id
  const isOnline = link.state === 'online'
  useEffect(() => {
    if (siteId === undefined || !isOnline) return
    void site.read(siteId)
    const timer = setInterval(() => void site.read(siteId), readMilliseconds)
    return () => clearInterval(timer)
  }, [site, siteId, isOnline])
  if (session === null) return null
  return notices
    .filter(({ undoneAt }) => undoneAt === null)
    .map((notice) => <OneNotice key={notice.id} notice={notice} mayUndo={mayDelegate(session)} />)
}

const OneNotice = ({
  notice: { id, kind, reason, by, at },
  mayUndo,
}: {
  readonly notice: SiteNotice
  readonly mayUndo: boolean
}) => {
  const t = useMessages(siteMessages)
  const { language } = useLanguage()
  const now = useNow(60_000)
  const timeZone = useSiteZone()
  const site = useSiteNotices()
  const [isSending, setIsSending] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const undo = async (): Promise<void> => {
    if (isSending) return
    setError(null)
    setIsSending(true)
    setError(await site.undo(id))
    setIsSending(false)
  }
  return (
    <Notice tone="warn" live="status">
      <p>
        {t(`siteNotice_${kind}`, {
          by: by.name,
          time: moment(new Date(at), now, localeOf[language], timeZone),
          reason: t(`siteReason_${reason}`),
        })}
      </p>
      <p>{t('siteUndoHelp')}</p>
      {error && <ActError error={error} title={t('siteUndoFailed')} act="undo" typed={id} />}
      {mayUndo && (
        <div>
          <Button isPending={isSending} onPress={() => void undo()}>
            {t('siteUndo')}
          </Button>
        </div>
      )}
    </Notice>
  )
}
