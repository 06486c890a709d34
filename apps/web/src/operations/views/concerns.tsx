import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Icon } from '../../shared/ui/index.ts'
import type { Concern } from '../judge.ts'
import { operationsMessages } from '../operations-messages.ts'
import { momentWords } from '../time-words.ts'
import { useComponentName } from './component-name.ts'

/** What is wrong, since when, and what to do, the gravest first. */
export const Concerns = ({
  concerns,
  now,
}: {
  readonly concerns: readonly Concern[]
  readonly now: Date
}) => {
  const t = useMessages(operationsMessages)
  const { language } = useLanguage()
  const nameOf = useComponentName()
  if (concerns.length === 0) return null
  return (
    <section aria-labelledby="concerns">
      <h2 id="concerns">{t('concerns')}</h2>
      <ol className="plain-list concerns">
        {concerns.map(({ fact, health, since, count, about }) => (
          <li key={`${fact} ${about ?? ''}`} className={`concern ${health}`}>
            <Icon name={health === 'bad' ? 'error' : 'warning'} />
            <div>
              <p className="fact">
                {t(`fact_${fact}`, { count, about: about === null ? '' : nameOf(about) })}
                {since !== null && (
                  <span className="since">
                    {' '}
                    {t('since', { time: momentWords(since, now, language) })}
                  </span>
                )}
              </p>
              <p className="advice">
                <strong>{t('todo')}</strong> {t(`advice_${fact}`)}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
