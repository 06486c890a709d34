import type { OperationsView, OperatorView } from '@sidep/contracts'
import { useEffect, useState } from 'react'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Icon, Notice } from '../../shared/ui/index.ts'
import { ActPanel } from '../acts/acts.tsx'
import type { Followed } from '../follow.ts'
import { type Judgement, judge } from '../judge.ts'
import { operationsMessages } from '../operations-messages.ts'
import type { OperatorSession } from '../operator-session.ts'
import { preciseClockWords } from '../time-words.ts'
import { Concerns } from './concerns.tsx'
import { Curve } from './curve.tsx'
import { DepartmentMap } from './department-map.tsx'
import { CapacityPanel, MessagesPanel, PapersPanel } from './figures.tsx'
import { Forecast } from './forecast.tsx'
import { Fraud } from './fraud.tsx'
import { Glance } from './glance.tsx'
import { Incidents } from './incidents.tsx'
import { Notices } from './notices.tsx'
import { Switches } from './switches.tsx'

export interface ScreenProps {
  readonly view: OperationsView
  readonly followed: Followed
  readonly session: OperatorSession
  /** Null while it is not known any more. */
  readonly operator: OperatorView | null
}

const tickMilliseconds = 1_000
/** Three events missed: nothing comes any more. */
const staleSeconds = 15

/** Seconds since the portal was last heard, by this device's clock. */
const useSecondsSince = (heardAt: number | null): number => {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), tickMilliseconds)
    return () => clearInterval(timer)
  }, [])
  return heardAt === null ? 0 : Math.max(0, Math.floor((now - heardAt) / 1_000))
}

const headlineTone = ({ concerns }: Judgement): 'good' | 'warn' | 'bad' =>
  concerns[0]?.health ?? 'good'

/** The whole of it, the gravest first. */
export const Screen = ({ view, followed, session, operator }: ScreenProps) => {
  const { language } = useLanguage()
  const t = useMessages(operationsMessages)
  const seconds = useSecondsSince(followed.heardAt)
  const judgement = judge(view, session.now())
  const bad = judgement.concerns.filter(({ health }) => health === 'bad').length
  const tone = headlineTone(judgement)
  const time = preciseClockWords(new Date(view.at), language)
  const isStale = seconds > staleSeconds
  const age =
    seconds < 120
      ? t('ageSeconds', { count: seconds })
      : t('ageMinutes', { count: Math.floor(seconds / 60) })
  return (
    <>
      {isStale && (
        <Notice tone="bad" live="alert">
          <p>{t('stale', { time, age })}</p>
        </Notice>
      )}
      <section className={`headline ${isStale ? 'stale' : tone}`} aria-labelledby="headline">
        <Icon name={tone === 'good' ? 'tick' : tone === 'warn' ? 'warning' : 'error'} />
        <div>
          <h1 id="headline" aria-live="polite">
            {tone === 'good'
              ? t('allWell')
              : bad > 0
                ? t('someBad', { count: bad })
                : t('someWarn', { count: judgement.concerns.length })}
          </h1>
          {tone === 'good' && <p>{t('allWellWords')}</p>}
        </div>
        <p className="small live">{t('live', { time })}</p>
      </section>
      <Concerns concerns={judgement.concerns} now={session.now()} />
      <Switches figures={view.figures} now={session.now()} />
      <Glance view={view} health={judgement.health} />
      <div className="halves">
        <Incidents watcher={view.watcher} now={session.now()} />
        <ActPanel />
      </div>
      <div className="halves">
        <Notices figures={view.figures} now={session.now()} own={operator?.id ?? ''} />
        <Fraud
          figures={view.figures}
          session={session}
          now={session.now()}
          mayRead={operator?.roles.some((role) => role !== 'support') === true}
        />
      </div>
      <div className="halves">
        <Curve figures={view.figures} />
        <DepartmentMap figures={view.figures} />
      </div>
      <div className="thirds">
        <Forecast figures={view.figures} />
        <PapersPanel figures={view.figures} />
        <MessagesPanel figures={view.figures} />
        <CapacityPanel capacity={view.capacity} figures={view.figures} />
      </div>
    </>
  )
}
