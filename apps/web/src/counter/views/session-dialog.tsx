import type { SessionView } from '@sidep/contracts'
import { useState } from 'react'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Dialog, Icon, LinkButton } from '../../shared/ui/index.ts'
import { useCounter, useCounterState, useNow, useSiteZone } from '../context.ts'
import { messages } from '../messages.ts'
import { hashOf } from '../place.ts'
import { inWhoseName } from '../words.ts'
import { sessionsMessages } from './sessions/sessions-messages.ts'
import { moment } from './team/moment.ts'
import { teamMessages } from './team/team-messages.ts'

/** Who is at the keyboard, by which door, for whom, where and until when: in the header in short, in full on a press. */
export const SessionDialog = ({
  session,
  onSignOut,
}: {
  readonly session: SessionView
  /** Where the header has no room for the way out. */
  readonly onSignOut?: () => void
}) => {
  const t = useMessages(teamMessages)
  const tc = useMessages(messages)
  const ts = useMessages(sessionsMessages)
  const { phase } = useCounterState()
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const counter = useCounter()
  const now = useNow(30_000)
  const [isOpen, setIsOpen] = useState(false)
  const { operator, responsible } = inWhoseName(session)
  const isFor = Boolean(session.operator)
  // A delegation may end before the session of the person does.
  const end = session.delegation?.endsAt ?? session.expiresAt
  const facts: readonly (readonly [label: string, value: string])[] = [
    [t('menuPerson'), operator],
    ...(isFor ? [[t('menuFor'), responsible] as const] : []),
    [t('menuDoor'), t(`menuDoor_${session.door}`)],
    ...(session.site ? [[t('menuSite'), session.site.name] as const] : []),
    [t('menuUntil'), moment(new Date(end), now, localeOf[language], timeZone)],
  ]
  const close = (next: () => void): void => {
    setIsOpen(false)
    next()
  }
  return (
    <>
      <Button variant="quiet" onPress={() => setIsOpen(true)}>
        <span className="who-button">
          <span className="who">{operator}</span>
          <span className="who-short">{t('menu')}</span>
          <Icon name="chevronDown" />
        </span>
      </Button>
      <Dialog title={t('menu')} isOpen={isOpen} onClose={() => setIsOpen(false)}>
        <dl className="facts">
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <div className="actions">
          {(session.sites.length > 1 || isFor) && (
            <Button onPress={() => close(counter.chooseAgain)}>{t('menuChange')}</Button>
          )}
          {phase === 'working' && (
            <LinkButton href={hashOf.sessions} onClick={() => setIsOpen(false)}>
              {ts('title')}
            </LinkButton>
          )}
          {onSignOut && <Button onPress={() => close(onSignOut)}>{tc('signOut')}</Button>}
        </div>
      </Dialog>
    </>
  )
}
