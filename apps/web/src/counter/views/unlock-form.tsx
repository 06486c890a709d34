import { useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Notice, TextField, Working } from '../../shared/ui/index.ts'
import { useCounterState } from '../context.ts'
import { lockMessages } from '../lock/lock-messages.ts'
import type { Unlocking } from '../lock/signing-keys.ts'

export interface UnlockFormProps {
  readonly label: string
  readonly unlock: (code: string | null) => Promise<Unlocking>
  readonly onOpen: () => void
}

/** Asks the device, or for the code; says how many tries are left, and how long to wait. */
export const UnlockForm = ({ label, unlock, onOpen }: UnlockFormProps) => {
  const t = useMessages(lockMessages)
  const { lockKind } = useCounterState()
  const [code, setCode] = useState('')
  const [outcome, setOutcome] = useState<Unlocking | null>(null)
  const [isTrying, setIsTrying] = useState(false)
  const isByPasskey = lockKind === 'passkey'

  const submit = async (): Promise<void> => {
    if (isTrying || (!isByPasskey && code === '')) return
    setIsTrying(true)
    setOutcome(null)
    try {
      const next = await unlock(isByPasskey ? null : code)
      setCode('')
      setOutcome(next)
      if (next.kind === 'open') onOpen()
    } finally {
      setIsTrying(false)
    }
  }

  const minutes = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 60_000))
  const error = (): string | null => {
    switch (outcome?.kind) {
      case 'wrong':
        return outcome.waitMilliseconds > 0
          ? `${t('codeWrong', { count: outcome.triesLeft })} ${t('codeWait', { count: minutes(outcome.waitMilliseconds) })}`
          : t('codeWrong', { count: outcome.triesLeft })
      case 'wait':
        return t('codeWait', { count: minutes(outcome.waitMilliseconds) })
      default:
        return null
    }
  }

  if (outcome?.kind === 'gone')
    return (
      <Notice tone="bad" live="alert">
        <p>{t('gone')}</p>
      </Notice>
    )
  return (
    <form
      className="stack lock-form"
      autoComplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      {isByPasskey ? (
        <p>{t('passkeyHelp')}</p>
      ) : (
        <TextField
          label={t('code')}
          value={code}
          onChange={setCode}
          type="password"
          autoCapitalize="none"
          error={error()}
          description={t('codeForgotten')}
          autoFocus
        />
      )}
      {outcome?.kind === 'refused' && (
        <Notice tone="warn" live="alert">
          <p>{t('passkeyRefused')}</p>
        </Notice>
      )}
      <div className="actions">
        <Button
          type="submit"
          variant="primary"
          size="large"
          isPending={isTrying}
          autoFocus={isByPasskey}
        >
          {label}
        </Button>
      </div>
      {isTrying && <Working>{isByPasskey ? t('passkeyAsking') : t('codeTrying')}</Working>}
    </form>
  )
}
