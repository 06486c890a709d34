import { useState } from 'react'
import type { ApiError } from '../../shared/api/index.ts'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Notice } from '../../shared/ui/index.ts'
import { useCounter } from '../context.ts'
import type { Row } from '../lists/rows.ts'
import { messages } from '../messages.ts'
import { ErrorNotice } from './error-notice.tsx'

/** A positive of more than a day ago gives its certificate once somebody else of the site stands for it. */
export const ConfirmPositive = ({ row }: { readonly row: Row }) => {
  const t = useMessages(messages)
  const counter = useCounter()
  const [isSending, setIsSending] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const confirm = async (): Promise<void> => {
    setIsSending(true)
    setError(await counter.confirmPositive(row.id))
    setIsSending(false)
  }
  return (
    <>
      <Notice tone="warn" title={t('lateConfirmTitle')}>
        <p>{t('lateConfirmHelp')}</p>
      </Notice>
      {error && <ErrorNotice error={error} title={t('lateConfirmFailed')} />}
      <div className="actions">
        <Button size="large" isPending={isSending} onPress={() => void confirm()}>
          {t('lateConfirmDo')}
        </Button>
      </div>
    </>
  )
}
