import type { FraudAlertView, OperationsFigures } from '@sidep/contracts'
import { listFraudAlerts } from '@sidep/contracts/endpoints'
import { useEffect, useState } from 'react'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Tag } from '../../shared/ui/index.ts'
import { instantWritten } from '../acts/act-request.ts'
import { ActButton } from '../acts/acts.tsx'
import { operationsMessages } from '../operations-messages.ts'
import type { OperatorSession } from '../operator-session.ts'
import { momentWords } from '../time-words.ts'

const rules = [
  'UNKNOWN_COUNTER_AND_NETWORK',
  'BESIDE_OWN_COUNTER',
  'UNKNOWN_COUNTER',
  'UNKNOWN_SITE',
  'PACE',
  'NIGHT',
  'LATE',
  'DISTANCE',
  'SAME_PERSON',
  'ONLY_NEGATIVE',
  'MANY_SITES',
  'DENIED_BY_HOLDER',
] as const

/** A complicit account may enter for hundreds. */
const sitesShown = 4

const Alert = ({ alert, now }: { readonly alert: FraudAlertView; readonly now: Date }) => {
  const t = useMessages(operationsMessages)
  const { language } = useLanguage()
  const { professional, openedAt, since, entries, points, evidence, sites, isSuspended } = alert
  const number = (value: number): string =>
    value.toLocaleString(localeOf[language], { maximumFractionDigits: 1 })
  return (
    <article className="stack alert" aria-labelledby={`alert-${professional}`}>
      <h3 id={`alert-${professional}`}>
        {t('alertOf', { professional, points: number(Math.round(points)) })}
      </h3>
      <p className="row">
        <span>
          {t('alertWords', {
            entries,
            time: momentWords(new Date(openedAt), now, language),
            sites: sites.slice(0, sitesShown).join(' '),
          })}
        </span>
        {sites.length > sitesShown && (
          <span>{t('alertMoreSites', { count: sites.length - sitesShown })}</span>
        )}
        {isSuspended && <Tag tone="info">{t('alertSuspended')}</Tag>}
      </p>
      <ul className="small">
        {evidence.map(({ code, value }) => {
          const known = rules.find((rule) => rule === code)
          return (
            <li key={code}>
              {known === undefined ? code : t(`rule_${known}`, { value: number(value) })}
            </li>
          )
        })}
      </ul>
      <div className="actions">
        {!isSuspended && <ActButton kind="suspension" given={{ professional, to: 'suspended' }} />}
        <ActButton
          kind="revocation"
          given={{ professional, since: instantWritten(new Date(since)) }}
        />
        <ActButton kind="closeFraud" given={{ professional }} />
      </div>
    </article>
  )
}

/** Alerts of fraud, the weightiest first; read again when the stream says that they changed. */
export const Fraud = ({
  figures,
  session,
  now,
  mayRead,
}: {
  readonly figures: OperationsFigures | null
  readonly session: OperatorSession
  readonly now: Date
  readonly mayRead: boolean
}) => {
  const t = useMessages(operationsMessages)
  const { open = 0, newestAt = null, points = 0 } = figures?.fraud ?? {}
  const suspended = figures?.suspended ?? 0
  const [alerts, setAlerts] = useState<readonly FraudAlertView[] | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what tells that they changed is what it waits for.
  useEffect(() => {
    if (!mayRead || open === 0) return
    let isCurrent = true
    void session.api.ask(listFraudAlerts).then((answer) => {
      if (isCurrent && answer.ok) setAlerts(answer.value.alerts)
    })
    return () => {
      isCurrent = false
    }
  }, [session, mayRead, open, newestAt, points, suspended])
  return (
    <section className="panel stack" aria-labelledby="fraud">
      <h2 id="fraud">{t('fraudTitle')}</h2>
      <p>
        {figures === null
          ? t('unknown')
          : open === 0
            ? t('noFraud')
            : t('fraudOpen', { count: open })}
      </p>
      {open > 0 &&
        alerts?.map((alert) => <Alert key={alert.professional} alert={alert} now={now} />)}
    </section>
  )
}
