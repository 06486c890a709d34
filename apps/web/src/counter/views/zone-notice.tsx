import { clockIn } from '@sidep/time'
import { useMessages } from '../../shared/messages/index.ts'
import { Notice } from '../../shared/ui/index.ts'
import { useCounterState, useNowHere, useSiteZone } from '../context.ts'
import { computerZone, isZoneOff } from '../typing/site-zone.ts'
import { clockMessages } from './clock-messages.ts'

/** That this computer is set to another time zone than the site's, and by which clock times are read here. */
export const ZoneNotice = () => {
  const t = useMessages(clockMessages)
  const now = useNowHere(15_000)
  const siteZone = useSiteZone()
  const { session, holder } = useCounterState()
  const isSiteKnown = (session?.site ?? holder?.site ?? null) !== null
  if (!isSiteKnown || !isZoneOff(siteZone, now)) return null
  return (
    <Notice tone="warn">
      <p className="small">
        {t('zoneOff', {
          computer: clockIn(now, computerZone()),
          site: clockIn(now, siteZone),
        })}
      </p>
    </Notice>
  )
}
