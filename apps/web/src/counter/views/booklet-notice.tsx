import { problemRegistry } from '@sidep/contracts'
import { useEffect, useEffectEvent, useState } from 'react'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Dialog, Notice } from '../../shared/ui/index.ts'
import { useAllowance } from '../booklet/allowance.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import { useCounterState } from '../context.ts'
import { lockMessages } from '../lock/lock-messages.ts'
import { isSessionUsable, ownerOf } from '../state.ts'
import { OnDemand, type Part } from './on-demand.tsx'
import type { ProtectProps } from './protect.tsx'

const protectPart: Part<ProtectProps> = {
  load: async () => (await import('./protect.tsx')).Protect,
}

interface ProtectDialogProps extends ProtectProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Chooses what unlocks this counter's signature, or something else in its place. */
const ProtectDialog = ({ isOpen, onClose, onKept }: ProtectDialogProps) => {
  const t = useMessages(lockMessages)
  return (
    <Dialog title={t('prepare')} isOpen={isOpen} onClose={onClose}>
      <OnDemand part={protectPart} props={{ onKept }} />
    </Dialog>
  )
}

/** Once, for each professional at this counter: the lock that its booklets are signed behind. */
export const BookletNotice = ({
  onReady,
}: {
  /** The lock is there, and with its notice the place that had the focus is gone. */
  readonly onReady: () => void
}) => {
  const t = useMessages(lockMessages)
  const { language } = useLanguage()
  const state = useCounterState()
  const [isOpen, setIsOpen] = useState(false)
  const [isReady, setIsReady] = useState(false)
  const { lock, storage, link, session } = state
  const isDone = isReady && !isOpen && lock !== 'none'
  const onDone = useEffectEvent(onReady)
  useEffect(() => {
    if (isDone) onDone()
  }, [isDone])
  const isAsked = lock === 'none' && storage !== 'unavailable' && ownerOf(session) !== null
  const isPossible = isSessionUsable(state) && link.state === 'online'
  // Nothing is certified alone in a session that is bound to no device: said before a lock is chosen for nothing.
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
          {t('kept')}
        </p>
      )}
      <ProtectDialog
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

/** What this counter could do alone, and the way to another lock. */
export const BookletFoot = () => {
  const t = useMessages(bookletMessages)
  const tLock = useMessages(lockMessages)
  const state = useCounterState()
  const { words } = useAllowance()
  const [isOpen, setIsOpen] = useState(false)
  if (state.lock === 'none') return null
  const close = (): void => setIsOpen(false)
  return (
    <div className="spread small muted">
      <p>{t('standing', { booklet: words })}</p>
      {isSessionUsable(state) && state.link.state === 'online' && (
        <Button variant="quiet" onPress={() => setIsOpen(true)}>
          {tLock('change')}
        </Button>
      )}
      <ProtectDialog isOpen={isOpen} onClose={close} onKept={close} />
    </div>
  )
}
