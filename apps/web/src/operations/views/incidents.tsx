import type { IncidentView, WatcherView } from '@sidep/contracts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Disclosure, Tag } from '../../shared/ui/index.ts'
import { ActButton } from '../acts/acts.tsx'
import { operationsMessages } from '../operations-messages.ts'
import { momentWords } from '../time-words.ts'
import { useComponentName } from './component-name.ts'

const said = [
  'opened',
  'joined',
  'relapsed',
  'worsened',
  'recovered',
  'closed',
  'taken',
  'told',
] as const

type Entry = IncidentView['timeline'][number]

const entryKey = ({ at, type, component }: Pick<Entry, 'at' | 'type' | 'component'>): string =>
  `${at} ${type} ${component ?? ''}`

/** Several who were told at one moment are one line. */
const told = (timeline: readonly Entry[]): readonly Entry[] => [
  ...new Map(timeline.map((entry) => [entryKey(entry), entry])).values(),
]

/** What happened, as people are told it. */
const Timeline = ({ incident, now }: { readonly incident: IncidentView; readonly now: Date }) => {
  const t = useMessages(operationsMessages)
  const { language } = useLanguage()
  const nameOf = useComponentName()
  return (
    <ol className="plain-list timeline">
      {told(incident.timeline).map(({ at, type, component, by, fr, en }) => {
        const known = said.find((one) => one === type)
        const words =
          known === undefined
            ? ((language === 'fr' ? fr : en) ?? type)
            : t(`event_${known}`, {
                component: component === null ? '' : nameOf(component),
                by: by ?? '',
              })
        return (
          <li key={entryKey({ at, type, component })}>
            <time dateTime={at}>{momentWords(new Date(at), now, language)}</time> {words}
          </li>
        )
      })}
    </ol>
  )
}

const tones = { minor: 'info', major: 'warn', critical: 'bad' } as const

const Incident = ({ incident, now }: { readonly incident: IncidentView; readonly now: Date }) => {
  const t = useMessages(operationsMessages)
  const { language } = useLanguage()
  const nameOf = useComponentName()
  const { id, severity, openedAt, closedAt, takenBy, parts } = incident
  const moment = (text: string): string => momentWords(new Date(text), now, language)
  const names = parts.map(({ component }) => nameOf(component)).join(', ')
  return (
    <article className="panel incident" aria-labelledby={`incident-${id}`}>
      <h3 id={`incident-${id}`}>
        {id} · {names}
      </h3>
      <p className="row">
        <Tag tone={closedAt === null ? tones[severity] : 'good'}>
          {closedAt === null
            ? t(`severity_${severity}`)
            : t('incidentOver', { from: moment(openedAt), to: moment(closedAt) })}
        </Tag>
        {closedAt === null && <span>{t('incidentOpen', { time: moment(openedAt) })}</span>}
        {closedAt === null && (
          <strong>{takenBy === null ? t('takenByNobody') : t('takenBy', { by: takenBy })}</strong>
        )}
      </p>
      <Timeline incident={incident} now={now} />
      {closedAt === null && (
        <div className="actions">
          {takenBy === null && <ActButton kind="take" incident={id} />}
          <ActButton kind="note" incident={id} />
          {parts.every(({ rule, recoveredAt }) => rule === 'person' || recoveredAt !== null) && (
            <ActButton kind="close" incident={id} />
          )}
        </div>
      )}
    </article>
  )
}

/** Those that are open with their timeline; those that are over below, folded. */
export const Incidents = ({
  watcher,
  now,
}: {
  readonly watcher: WatcherView | null
  readonly now: Date
}) => {
  const t = useMessages(operationsMessages)
  const incidents = watcher?.incidents ?? []
  const open = incidents.filter(({ closedAt }) => closedAt === null)
  const past = incidents.filter(({ closedAt }) => closedAt !== null)
  return (
    <section className="stack" aria-labelledby="incidents">
      <h2 id="incidents">{t('incidents')}</h2>
      {open.length === 0 && <p>{watcher === null ? t('unknown') : t('noIncident')}</p>}
      {open.map((incident) => (
        <Incident key={incident.id} incident={incident} now={now} />
      ))}
      {past.length > 0 && (
        <Disclosure title={t('past')}>
          {past.map((incident) => (
            <Incident key={incident.id} incident={incident} now={now} />
          ))}
        </Disclosure>
      )}
    </section>
  )
}
