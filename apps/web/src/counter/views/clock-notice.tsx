import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Notice } from '../../shared/ui/index.ts'
import { atPortalTime, minutesAhead } from '../clock.ts'
import { useCounter, useCounterState, useNow, useNowHere, useSiteZone } from '../context.ts'
import type { HeldEntry } from '../outbox/content.ts'
import { clockTime, fullName } from '../words.ts'
import { clockMessages } from './clock-messages.ts'

/** That this computer's clock is off, by how much, and what the page makes of it. */
export const ClockNotice = () => {
  const t = useMessages(clockMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const { outbox } = useCounterState()
  const now = useNowHere(15_000)
  const minutes = minutesAhead(outbox)
  if (minutes === 0) return null
  return (
    <Notice
      tone="warn"
      live="status"
      title={t(minutes > 0 ? 'ahead' : 'behind', { count: Math.abs(minutes) })}
      supportCode={minutes > 0 ? 'CLOCK_AHEAD' : 'CLOCK_BEHIND'}
    >
      <p>{t('help', { time: clockTime(now, localeOf[language], timeZone) })}</p>
    </Notice>
  )
}

/** Of an entry whose times lie in the future: the time as typed, and by the portal's clock. */
export const ClockTimes = ({ entry }: { readonly entry: HeldEntry }) => {
  const t = useMessages(clockMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const { outbox } = useCounterState()
  const now = useNow(15_000)
  const { input } = entry.screening
  const corrected = atPortalTime(input, outbox, now)
  const timeOf = (text: string): string => clockTime(new Date(text), localeOf[language], timeZone)
  const isMoved = corrected.sampledAt !== input.sampledAt
  const typed = isMoved ? input.sampledAt : (input.resultAt ?? input.sampledAt)
  const portal = isMoved ? corrected.sampledAt : (corrected.resultAt ?? corrected.sampledAt)
  return (
    <p className="small">
      {t(isMoved ? 'sampledThen' : 'readThen', { typed: timeOf(typed), portal: timeOf(portal) })}
    </p>
  )
}

/** Takes the portal's time into such an entry, and sends it. */
export const TakePortalTime = ({ entry }: { readonly entry: HeldEntry }) => {
  const t = useMessages(clockMessages)
  const counter = useCounter()
  const name = fullName(entry.screening.input.person)
  return (
    <Button
      variant="primary"
      icon="clock"
      aria-label={t('correctOf', { name })}
      onPress={() => void counter.correctClock(entry.id)}
    >
      {t('correct')}
    </Button>
  )
}
