import { problemRegistry } from '@sidep/contracts'
import { useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { Button } from '../../../shared/ui/index.ts'
import { useCounter } from '../../context.ts'
import { type HeldAmendment, refusalOf } from '../../outbox/content.ts'
import { correctionMessages } from '../../record/correction-messages.ts'
import { fullName } from '../../words.ts'

/** Corrections and withdrawals that the portal did not make: somebody decides. */
export const RefusedAmendments = ({
  amendments,
  onReview,
}: {
  readonly amendments: readonly HeldAmendment[]
  /** @param id of the screening */
  readonly onReview: (id: string) => void
}) => {
  const t = useMessages(correctionMessages)
  const { language } = useLanguage()
  const counter = useCounter()
  if (amendments.length === 0) return null
  return (
    <section className="panel to-correct stack" aria-labelledby="refused-amendments">
      <div>
        <h2 id="refused-amendments">{t('backTitle')}</h2>
        <p className="small muted">{t('backHelp')}</p>
      </div>
      <ul className="plain-list stack-tight">
        {amendments.map((amendment) => {
          const { id, amends, screening } = amendment
          const name = fullName(screening.input.person)
          const refusal = refusalOf(amendment)
          return (
            <li key={id} className="spread">
              <div>
                <p className="card-name">{name}</p>
                {refusal && (
                  <p className="small">
                    {problemRegistry[refusal.code].title[language]}{' '}
                    <span className="muted">{refusal.support}</span>
                  </p>
                )}
              </div>
              <div className="actions">
                <Button
                  variant="primary"
                  aria-label={t('reviewOf', { name })}
                  onPress={() => onReview(amends)}
                >
                  {t('review')}
                </Button>
                <Button
                  aria-label={t('discardOf', { name })}
                  onPress={() => void counter.recallAmendment(id)}
                >
                  {t('discard')}
                </Button>
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
