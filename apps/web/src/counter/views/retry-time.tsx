import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { useNow, useSiteZone } from '../context.ts'
import { doorMessages } from '../door-messages.ts'
import { clockTime } from '../words.ts'

/** When it is worth trying again, in words; nothing when nobody said. */
export const RetryTime = ({ at }: { readonly at: Date | null }) => {
  const t = useMessages(doorMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const now = useNow(1_000)
  if (at === null) return null
  const left = at.getTime() - now.getTime()
  if (left <= 0) return <p>{t('retryNow')}</p>
  return (
    <p>
      {left < 60_000
        ? t('retrySoon')
        : t('retryAt', { time: clockTime(at, localeOf[language], timeZone) })}
    </p>
  )
}
