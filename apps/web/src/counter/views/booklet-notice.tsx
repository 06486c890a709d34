import { problemRegistry } from '@sidep/contracts'
import { useState } from 'react'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Dialog, Notice, TextField, Working } from '../../shared/ui/index.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import { pinFault } from '../booklet/pin.ts'
import { idleMillisecondsMax } from '../booklet/signing-key.ts'
import { useStanding } from '../booklet/standing.ts'
import { useCounter, useCounterState } from '../context.ts'
import { isSessionUsable, ownerOf } from '../state.ts'

/** Once, for each professional at this counter: the code that its booklets are signed under. */
export const BookletNotice = () => {
  const t = useMessages(bookletMessages)
  const { language } = useLanguage()
  const state = useCounterState()
  const [isOpen, setIsOpen] = useState(false)
  const [isReady, setIsReady] = useState(false)
  const { lock, isDurable, link, session } = state
  const isAsked = lock === 'none' && isDurable && ownerOf(session) !== null
  const isPossible = isSessionUsable(state) && link.state === 'online'
  // Nothing is certified alone in a session that is bound to no device: said before a code is chosen for nothing.
  if (isAsked && isPossible && session?.device === null) {
    return (
      <Notice tone="info">
        <p>{problemRegistry.DEVICE_KEY_REQUIRED.title[language]}</p>
      </Notice>
    )
  }
  return (
    <>
      {isAsked && isPossible && (
        <Notice tone="info" title={t('prepareTitle')}>
          <p>{t('prepareHelp')}</p>
          <div>
            <Button onPress={() => setIsOpen(true)}>{t('prepare')}</Button>
          </div>
        </Notice>
      )}
      {isReady && lock !== 'none' && (
        <p className="said" role="status">
          {t('pinKept')}
        </p>
      )}
      <PinDialog
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        onKept={() => {
          setIsOpen(false)
          setIsReady(true)
        }}
      />
    </>
  )
}

/** What this counter could do alone, and the way to another code. */
export const BookletFoot = () => {
  const t = useMessages(bookletMessages)
  const state = useCounterState()
  const { words } = useStanding()
  const [isOpen, setIsOpen] = useState(false)
  if (state.lock === 'none') return null
  const close = (): void => setIsOpen(false)
  return (
    <div className="spread small muted">
      <p>{t('standing', { booklet: words })}</p>
      {isSessionUsable(state) && state.link.state === 'online' && (
        <Button variant="quiet" onPress={() => setIsOpen(true)}>
          {t('pinChange')}
        </Button>
      )}
      <PinDialog isOpen={isOpen} onClose={close} onKept={close} />
    </div>
  )
}

interface PinDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onKept: () => void
}

/** Chooses a code, or another one in its place. */
const PinDialog = ({ isOpen, onClose, onKept }: PinDialogProps) => {
  const t = useMessages(bookletMessages)
  return (
    <Dialog title={t('pinTitle')} isOpen={isOpen} onClose={onClose}>
      <PinChoice onKept={onKept} />
    </Dialog>
  )
}

const PinChoice = ({ onKept }: Pick<PinDialogProps, 'onKept'>) => {
  const t = useMessages(bookletMessages)
  const counter = useCounter()
  const [pin, setPin] = useState('')
  const [again, setAgain] = useState('')
  const [isTried, setIsTried] = useState(false)
  const [isKeeping, setIsKeeping] = useState(false)
  const fault = pinFault(pin)
  const differs = pin !== again

  const keep = async (): Promise<void> => {
    setIsTried(true)
    if (fault !== null || differs || isKeeping) return
    setIsKeeping(true)
    try {
      await counter.setPin(pin)
      onKept()
    } finally {
      setIsKeeping(false)
    }
  }

  return (
    <form
      className="stack pin-form"
      autoComplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void keep()
      }}
    >
      <p>{t('pinIntro', { minutes: idleMillisecondsMax / 60_000 })}</p>
      <TextField
        label={t('pinNew')}
        value={pin}
        onChange={setPin}
        type="password"
        inputMode="numeric"
        description={t('pinHelp')}
        error={isTried && fault !== null ? t(fault === 'PIN_FORM' ? 'pinForm' : 'pinEasy') : null}
        autoFocus
      />
      <TextField
        label={t('pinAgain')}
        value={again}
        onChange={setAgain}
        type="password"
        inputMode="numeric"
        error={isTried && fault === null && differs ? t('pinDiffers') : null}
      />
      <div className="actions">
        <Button type="submit" variant="primary" isPending={isKeeping}>
          {t('pinKeep')}
        </Button>
      </div>
      {isKeeping && <Working />}
    </form>
  )
}
