import { type DoorsView, problemRegistry } from '@sidep/contracts'
import { listDoors } from '@sidep/contracts/endpoints'
import { useEffect, useState } from 'react'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { LinkButton, Notice, Tag, Working } from '../../shared/ui/index.ts'
import { operationsMessages } from '../operations-messages.ts'
import type { OperatorSession } from '../operator-session.ts'
import { refusalIn } from '../refusal.ts'
import { clockWords } from '../time-words.ts'
import { wayOf } from '../way-of.ts'

const rank = ({ state }: DoorsView['doors'][number]): number => (state === 'up' ? 0 : 1)

/** The doors, what works first. */
export const SignIn = ({
  session,
  isWithoutRole,
}: {
  readonly session: OperatorSession
  readonly isWithoutRole: boolean
}) => {
  const t = useMessages(operationsMessages)
  const { language } = useLanguage()
  const refusal = refusalIn(location.search)
  const [doors, setDoors] = useState<DoorsView['doors'] | null>(null)
  useEffect(() => {
    let isCurrent = true
    void session.api.ask(listDoors).then((answer) => {
      if (isCurrent) setDoors(answer.ok ? answer.value.doors : [])
    })
    return () => {
      isCurrent = false
    }
  }, [session])
  return (
    <section className="panel stack">
      <h1>{t('signInTitle')}</h1>
      {isWithoutRole ? (
        <Notice tone="warn" live="alert" title={t('withoutRoleTitle')}>
          <p>{t('withoutRoleWords')}</p>
        </Notice>
      ) : (
        <p>{t('signInWords')}</p>
      )}
      {refusal !== null && (
        <Notice tone="bad" live="alert" title={t('signInFailed')}>
          <p>{problemRegistry[refusal].title[language]}</p>
          <p>
            <a href={language === 'en' ? '/etat/en/' : '/etat/'}>{t('statusPage')}</a>
          </p>
        </Notice>
      )}
      {doors === null && <Working />}
      <ul className="plain-list doors-of-operations">
        {doors
          ?.toSorted((a, b) => rank(a) - rank(b))
          .map(({ door, url, state, since }) => (
            <li key={door}>
              <LinkButton
                href={wayOf(url, session.device)}
                variant={state === 'up' ? 'primary' : 'secondary'}
                size="large"
              >
                {t(door === 'ecps' ? 'doorEcps' : 'doorCard')}
              </LinkButton>
              {state === 'up' ? (
                <Tag tone="good" icon="tick">
                  {t('doorUp')}
                </Tag>
              ) : (
                <Tag tone="bad" icon="warning">
                  {since === undefined
                    ? t('doorDown')
                    : t('doorDownSince', { time: clockWords(new Date(since), language) })}
                </Tag>
              )}
            </li>
          ))}
      </ul>
      {doors?.length === 0 && <p>{t('noDoor')}</p>}
      <p>
        <a href="/etat/">{t('statusPage')}</a>
      </p>
    </section>
  )
}
