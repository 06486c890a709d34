import type { BrowserFamily, OpenSession, SystemFamily } from '@sidep/contracts'
import type { Translate } from '../../../shared/messages/index.ts'
import { moment } from '../team/moment.ts'
import type { sessionsMessages } from './sessions-messages.ts'

type Words = Translate<(typeof sessionsMessages)['fr']>

// Names of products: the same in every language.
const browserNames: Record<Exclude<BrowserFamily, 'other'>, string> = {
  chrome: 'Chrome',
  edge: 'Edge',
  firefox: 'Firefox',
  opera: 'Opera',
  safari: 'Safari',
  samsung: 'Samsung Internet',
}
const systemNames: Record<Exclude<SystemFamily, 'other' | 'ios'>, string> = {
  android: 'Android',
  linux: 'Linux',
  macos: 'macOS',
  windows: 'Windows',
}

export interface SessionWords {
  readonly place: string
  readonly equipment: string
  readonly since: string
  readonly until: string
  /** All that tells it from the others, in one line. */
  readonly what: string
}

/** How a session is told from the others: where, with what, since when. */
export const sessionWords = (
  t: Words,
  { site, browser, system, signedInAt, endsAt }: OpenSession,
  now: Date,
  locale: string,
  timeZone: string,
): SessionWords => {
  const place = site?.name ?? t('noSite')
  const systemName =
    system === 'other' ? null : system === 'ios' ? t('system_ios') : systemNames[system]
  const browserName = browser === 'other' ? null : browserNames[browser]
  const equipment =
    browserName !== null && systemName !== null
      ? t('equipment', { browser: browserName, system: systemName })
      : (browserName ?? systemName ?? t('equipmentUnknown'))
  const since = moment(new Date(signedInAt), now, locale, timeZone)
  return {
    place,
    equipment,
    since,
    until: moment(new Date(endsAt), now, locale, timeZone),
    what: t('what', { place, equipment, time: since }),
  }
}
