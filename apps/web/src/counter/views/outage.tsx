import { bookletAllowance } from '@sidep/continuity'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Notice } from '../../shared/ui/index.ts'
import { useCounterState, useNow, useSiteZone } from '../context.ts'
import { messages } from '../messages.ts'
import { ownerOf } from '../state.ts'
import { outageTime } from '../words.ts'
import { StatusLink } from './status-link.tsx'

/** When no door answers: since when, what can be done now, and when the page tries again. */
export const Outage = () => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const { doors, holder, outbox } = useCounterState()
  const now = useNow(15_000)
  if (doors === null || doors.length === 0 || doors.some(({ state }) => state === 'up')) return null
  // No door has answered since the last of them stopped.
  const begun = doors.map(({ since }) => (since === undefined ? Number.NaN : Date.parse(since)))
  const since = Math.max(...begun)
  const owner = ownerOf(holder)
  const canGoOn = owner !== null && bookletAllowance(outbox, owner, now.getTime()).until !== null
  const title = Number.isNaN(since)
    ? t('outageTitle')
    : t('outageSince', { time: outageTime(new Date(since), localeOf[language], timeZone) })
  return (
    <Notice tone="warn" live="status" title={title}>
      <p>{t('outageMay')}</p>
      <ul className="outage">
        {canGoOn && <li>{t('outageAlone')}</li>}
        <li>{t('outageSlips')}</li>
        <li>{t('outageWait')}</li>
      </ul>
      <StatusLink />
    </Notice>
  )
}
