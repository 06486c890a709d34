import type { OperationsView } from '@sidep/contracts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Icon, type IconName } from '../../shared/ui/index.ts'
import { type Health, type Public, publics } from '../judge.ts'
import { operationsMessages } from '../operations-messages.ts'
import { clockWords } from '../time-words.ts'

const icons: Readonly<Record<Health, IconName>> = {
  good: 'tick',
  warn: 'warning',
  bad: 'error',
  unknown: 'question',
}

/** One tile for each of those that the portal is there for: a shape, a word, a figure. */
export const Glance = ({
  view: { figures },
  health,
}: {
  readonly view: OperationsView
  readonly health: Readonly<Record<Public, Health>>
}) => {
  const t = useMessages(operationsMessages)
  const { language } = useLanguage()
  const lineOf = (audience: Public): string => {
    if (figures === null) return t('unknown')
    switch (audience) {
      case 'doors':
        return t('line_doors', figures.signIns)
      case 'counters':
        return t('line_counters', { sites: figures.sitesActive, sessions: figures.sessions })
      case 'laboratories':
        return t('line_laboratories', { count: figures.laboratories.lastHour })
      case 'persons':
        return t('line_persons', { sent: figures.messages.sent })
      case 'verifiers':
        return figures.trust === null
          ? t('line_noIndex')
          : t('line_verifiers', {
              number: figures.trust.number,
              time: clockWords(new Date(figures.trust.issuedAt), language),
            })
    }
  }
  return (
    <section aria-labelledby="glance">
      <h2 id="glance">{t('glance')}</h2>
      <ul className="plain-list glance">
        {publics.map((audience) => (
          <li key={audience} className={`tile ${health[audience]}`}>
            <h3>{t(`public_${audience}`)}</h3>
            <p className="health">
              <Icon name={icons[health[audience]]} />
              {t(`health_${health[audience]}`)}
            </p>
            <p className="small">{lineOf(audience)}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
