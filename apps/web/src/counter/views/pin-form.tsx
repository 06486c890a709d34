import { useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Notice, TextField, Working } from '../../shared/ui/index.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import type { Unlocking } from '../booklet/signing-key.ts'

export interface PinFormProps {
  readonly label: string
  readonly unlock: (pin: string) => Promise<Unlocking>
  readonly onOpen: () => void
}

/** Asks for the code; says how many tries are left, and how long to wait. */
export const PinForm = ({ label, unlock, onOpen }: PinFormProps) => {
  const t = useMessages(bookletMessages)
  const [pin, setPin] = useState('')
  const [outcome, setOutcome] = useState<Unlocking | null>(null)
  const [isTrying, setIsTrying] = useState(false)

  const submit = async (): Promise<void> => {
    if (isTrying || pin === '') return
    setIsTrying(true)
    setOutcome(null)
    try {
      const next = await unlock(pin)
      setPin('')
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
          ? `${t('pinWrong', { count: outcome.triesLeft })} ${t('pinWait', { count: minutes(outcome.waitMilliseconds) })}`
          : t('pinWrong', { count: outcome.triesLeft })
      case 'wait':
        return t('pinWait', { count: minutes(outcome.waitMilliseconds) })
      default:
        return null
    }
  }

  if (outcome?.kind === 'gone')
    return (
      <Notice tone="bad" live="alert">
        <p>{t('pinGone')}</p>
      </Notice>
    )
  return (
    <form
      className="stack pin-form"
      autoComplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <TextField
        label={t('pin')}
        value={pin}
        onChange={setPin}
        type="password"
        inputMode="numeric"
        error={error()}
        description={t('pinForgotten')}
        autoFocus
      />
      <div className="actions">
        <Button type="submit" variant="primary" size="large" isPending={isTrying}>
          {label}
        </Button>
      </div>
      {isTrying && <Working />}
    </form>
  )
}
