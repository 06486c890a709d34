import { renewLink } from '@sidep/contracts/endpoints'
import { useState } from 'react'
import { type ApiClient, type ApiError, errorWords } from '../shared/api/index.ts'
import { useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, Notice, Working } from '../shared/ui/index.ts'
import { personMessages } from './person-messages.ts'

type Renewal =
  | { readonly kind: 'offered' | 'sending' | 'sent' }
  | { readonly kind: 'failed'; readonly error: ApiError }

interface ExpiredLinkProps {
  readonly api: ApiClient
  readonly code: string
}

/** An old link: one button, and a new one comes to where the first one went. */
export const ExpiredLink = ({ api, code }: ExpiredLinkProps) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const [renewal, setRenewal] = useState<Renewal>({ kind: 'offered' })
  const renew = async (): Promise<void> => {
    setRenewal({ kind: 'sending' })
    const answer = await api.ask(renewLink, { body: { code } })
    setRenewal(answer.ok ? { kind: 'sent' } : { kind: 'failed', error: answer.error })
  }
  if (renewal.kind === 'sent') {
    return (
      <div className="panel stack">
        <h1>{t('renewedTitle')}</h1>
        <p role="status">{t('renewedWords')}</p>
      </div>
    )
  }
  const words = renewal.kind === 'failed' ? errorWords(renewal.error, language) : null
  return (
    <div className="panel stack">
      <h1>{t('expiredTitle')}</h1>
      <p>{t('expiredWords')}</p>
      {words !== null && (
        <Notice tone="warn" live="alert" supportCode={words.supportCode}>
          <p>{words.sentence}</p>
        </Notice>
      )}
      <Button
        variant="primary"
        size="large"
        wide
        onPress={() => void renew()}
        isDisabled={renewal.kind === 'sending'}
      >
        {t('renew')}
      </Button>
      {renewal.kind === 'sending' && <Working>{t('renewing')}</Working>}
    </div>
  )
}
