import type { DelegationView } from '@sidep/contracts'
import { useEffect, useState } from 'react'
import { Type } from 'typebox'
import { localeOf, useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { Button, Disclosure, News, Notice, Working } from '../../../shared/ui/index.ts'
import { useCounterState, useNow, useSiteZone, useTeam, useTeamHere } from '../../context.ts'
import { takeAct } from '../../session/pending-act.ts'
import { staffIdInWords } from '../../team/staff-id.ts'
import { byState, mayDelegate } from '../../team/team.ts'
import { fullName } from '../../words.ts'
import { CounterPage } from '../counter-page.tsx'
import { ErrorNotice } from '../error-notice.tsx'
import { GrantForm } from './grant-form.tsx'
import { moment } from './moment.ts'
import { teamMessages } from './team-messages.ts'
import { WithdrawConfirm } from './withdraw-confirm.tsx'

/** Who works here under whose responsibility; allowing somebody, and taking it back. */
export const TeamView = () => {
  const t = useMessages(teamMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const now = useNow(30_000)
  const { session } = useCounterState()
  const team = useTeam()
  const { here, error } = useTeamHere()
  const [asked, setAsked] = useState<DelegationView | null>(null)
  const [news, setNews] = useState<string | null>(null)
  const siteId = session?.site?.id
  useEffect(() => {
    if (siteId !== undefined) void team.readHere(siteId)
  }, [team, siteId])
  const [pending] = useState(() => takeAct('withdraw', Type.String()))
  // Back from a fresh sign-in: the question is asked again, about the same person.
  useEffect(() => {
    const found = here?.find(({ id, revokedAt }) => id === pending && revokedAt === null)
    if (found !== undefined) setAsked(found)
  }, [here, pending])
  if (session === null || session.site === null) return null
  const { open, over } = byState(here ?? [], now)
  const isMine = ({ responsible }: DelegationView): boolean =>
    responsible.id === session.professional.id
  const others = open.filter((one) => !isMine(one))
  const isInPerson = mayDelegate(session)
  const end = session.delegation?.endsAt
  return (
    <CounterPage title={t('title')}>
      {isInPerson ? (
        <p>{t('intro')}</p>
      ) : (
        <Notice tone="info">
          <p>
            {t('asStaff', {
              name: fullName(session.professional),
              time:
                end === undefined ? '' : moment(new Date(end), now, localeOf[language], timeZone),
            })}
          </p>
        </Notice>
      )}
      <News>{news}</News>
      {error && <ErrorNotice error={error} />}
      <section className="panel" aria-labelledby="team-now">
        <h2 id="team-now">{t('now')}</h2>
        {here === null && error === null && <Working />}
        {here !== null && open.filter(isMine).length === 0 && <p>{t('nowNone')}</p>}
        <ul className="plain-list lined-list">
          {open.filter(isMine).map((one) => (
            <Member key={one.id} delegation={one} now={now}>
              {isInPerson && (
                <Button
                  aria-label={t('withdrawOf', { name: one.staff.name })}
                  onPress={() => setAsked(one)}
                >
                  {t('withdraw')}
                </Button>
              )}
            </Member>
          ))}
        </ul>
        {others.length > 0 && (
          <>
            <h3>{t('others')}</h3>
            <ul className="plain-list lined-list">
              {others.map((one) => (
                <Member key={one.id} delegation={one} now={now} isOther />
              ))}
            </ul>
          </>
        )}
      </section>
      {isInPerson && (
        <section className="panel" aria-labelledby="team-grant">
          <h2 id="team-grant">{t('grant')}</h2>
          <GrantForm session={session} site={session.site} onGranted={setNews} />
        </section>
      )}
      {over.length > 0 && (
        <Disclosure title={t('over')} level={2}>
          <ul className="plain-list lined-list">
            {over.map((one) => (
              <Member key={one.id} delegation={one} now={now} isOther={!isMine(one)} />
            ))}
          </ul>
        </Disclosure>
      )}
      <WithdrawConfirm
        delegation={asked}
        onClose={() => setAsked(null)}
        onWithdrawn={({ staff }) => {
          setAsked(null)
          setNews(t('withdrawn', { name: staff.name }))
        }}
      />
    </CounterPage>
  )
}

const Member = ({
  delegation: { staff, responsible, endsAt, revokedAt },
  now,
  isOther = false,
  children,
}: {
  readonly delegation: DelegationView
  readonly now: Date
  readonly isOther?: boolean
  readonly children?: React.ReactNode
}) => {
  const t = useMessages(teamMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const time = moment(new Date(revokedAt ?? endsAt), now, localeOf[language], timeZone)
  const isOver = revokedAt !== null || Date.parse(endsAt) <= now.getTime()
  const until = revokedAt !== null ? 'withdrawnAt' : isOver ? 'endedAt' : 'until'
  return (
    <li className="lined-item">
      <span className="lined-words">
        <strong>{staff.name === '' ? staffIdInWords(staff.id) : staff.name}</strong>
        <span className="muted number">{staffIdInWords(staff.id)}</span>
        <span className="number">{t(until, { time })}</span>
        {isOther && <span className="muted">{t('othersOf', { name: fullName(responsible) })}</span>}
      </span>
      {children}
    </li>
  )
}
