import { useEffect, useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Notice, Working } from '../../shared/ui/index.ts'
import { useCounter } from '../context.ts'
import { lockMessages } from '../lock/lock-messages.ts'
import { protectMessages } from '../lock/protect-messages.ts'
import { idleMillisecondsMax } from '../lock/signing-keys.ts'
import { CodeChoice } from './code-choice.tsx'

export interface ProtectProps {
  readonly onKept: () => void
}

/** `asking`: whether this device has passkeys. */
type Step = 'asking' | 'device' | 'code'
type Trouble = 'refused' | 'unsupported' | null

/** How to unlock from now on: by this device where it can, by a code elsewhere. */
export const Protect = ({ onKept }: ProtectProps) => {
  const t = useMessages(protectMessages)
  const tLock = useMessages(lockMessages)
  const counter = useCounter()
  const [step, setStep] = useState<Step>('asking')
  const [trouble, setTrouble] = useState<Trouble>(null)
  useEffect(() => {
    let isCurrent = true
    const show = (isPossible: boolean): void => {
      if (isCurrent) setStep(isPossible ? 'device' : 'code')
    }
    counter.canUsePasskey().then(show, () => show(false))
    return () => {
      isCurrent = false
    }
  }, [counter])

  return (
    <div className="stack lock-form">
      <p>{t('intro', { minutes: idleMillisecondsMax / 60_000 })}</p>
      {trouble !== null && (
        <Notice tone="warn" live="alert">
          <p>{trouble === 'refused' ? tLock('passkeyRefused') : t('passkeyUnsupported')}</p>
        </Notice>
      )}
      {step === 'asking' && <Working />}
      {step === 'device' && (
        <DeviceChoice
          onKept={onKept}
          onRefused={() => setTrouble('refused')}
          onUnsupported={() => {
            setTrouble('unsupported')
            setStep('code')
          }}
          onCode={() => {
            setTrouble(null)
            setStep('code')
          }}
        />
      )}
      {step === 'code' && <CodeChoice onKept={onKept} />}
    </div>
  )
}

interface DeviceChoiceProps extends ProtectProps {
  readonly onRefused: () => void
  readonly onUnsupported: () => void
  readonly onCode: () => void
}

const DeviceChoice = ({ onKept, onRefused, onUnsupported, onCode }: DeviceChoiceProps) => {
  const t = useMessages(protectMessages)
  const tLock = useMessages(lockMessages)
  const counter = useCounter()
  const [isMaking, setIsMaking] = useState(false)
  const make = async (): Promise<void> => {
    if (isMaking) return
    setIsMaking(true)
    try {
      const outcome = await counter.protect({ kind: 'passkey' })
      if (outcome === 'kept') onKept()
      else if (outcome === 'refused') onRefused()
      else onUnsupported()
    } finally {
      setIsMaking(false)
    }
  }
  return (
    <>
      <p>{t('deviceHelp')}</p>
      <div className="actions">
        <Button variant="primary" isPending={isMaking} autoFocus onPress={() => void make()}>
          {t('device')}
        </Button>
        <Button variant="quiet" isDisabled={isMaking} onPress={onCode}>
          {t('codeInstead')}
        </Button>
      </div>
      {isMaking && <Working>{tLock('passkeyAsking')}</Working>}
    </>
  )
}
