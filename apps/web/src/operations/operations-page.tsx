import { useEffect, useState, useSyncExternalStore } from 'react'
import './operations.css'
import { useMessages } from '../shared/messages/index.ts'
import { UpdateNotice } from '../shared/offline/update-notice.tsx'
import { Notice, Page, Working } from '../shared/ui/index.ts'
import { ActsOffered } from './acts/acts.tsx'
import { createFollowing, type Following, openEventSource } from './follow.ts'
import { operationsMessages } from './operations-messages.ts'
import {
  type OperatorSession,
  type OperatorStanding,
  openOperatorSession,
} from './operator-session.ts'
import { Screen } from './views/screen.tsx'
import { SignIn } from './views/sign-in.tsx'
import { WhoIsHere } from './views/who-is-here.tsx'

interface Opened {
  readonly session: OperatorSession
  readonly following: Following
}

const later = (work: () => void, milliseconds: number): (() => void) => {
  const timer = setTimeout(work, milliseconds)
  return () => clearTimeout(timer)
}
const askAgainMilliseconds = 5_000

/** Who works here, then what they see; what was seen last stays while nobody answers. */
const useOperations = () => {
  const [opened, setOpened] = useState<Opened | null>(null)
  const [standing, setStanding] = useState<OperatorStanding | null>(null)
  useEffect(() => {
    let isCurrent = true
    let cancel = (): void => undefined
    const open = async (): Promise<void> => {
      const session = await openOperatorSession()
      if (!isCurrent) return
      const ask = async (): Promise<void> => {
        const found = await session.read()
        if (!isCurrent) return
        setStanding(found)
        if (found.kind === 'in') following.start()
        else if (found.kind === 'unknown') cancel = later(() => void ask(), askAgainMilliseconds)
      }
      const following = createFollowing({
        open: openEventSource,
        now: () => Date.now(),
        later,
        onEnded: () => void ask(),
      })
      cancel = following.stop
      setOpened({ session, following })
      await ask()
      const stopAsking = cancel
      cancel = () => {
        stopAsking()
        following.stop()
      }
    }
    void open()
    return () => {
      isCurrent = false
      cancel()
    }
  }, [])
  return { opened, standing }
}

const nothing = { view: null, heardAt: null, isConnected: false } as const
const noStore = { get: () => nothing, subscribe: () => () => undefined }

export const OperationsPage = () => {
  const t = useMessages(operationsMessages)
  const { opened, standing } = useOperations()
  const store = opened?.following.store ?? noStore
  const followed = useSyncExternalStore(store.subscribe, store.get)
  const { view } = followed
  const isOut = standing?.kind === 'out'
  return (
    <Page
      title={t('title')}
      homeHref="/pilotage/"
      headerEnd={standing?.kind === 'in' && <WhoIsHere operator={standing.operator} />}
    >
      <div className="stack operations">
        <UpdateNotice />
        {standing?.kind === 'unknown' && (
          <Notice tone="bad" live="alert" title={t('notAnsweringTitle')}>
            <p>{t('notAnsweringWords')}</p>
            <p>
              <a href="/etat/">{t('statusPage')}</a>
            </p>
          </Notice>
        )}
        {isOut && opened !== null ? (
          <SignIn session={opened.session} isWithoutRole={standing.isWithoutRole} />
        ) : view !== null && opened !== null ? (
          <ActsOffered
            session={opened.session}
            roles={standing?.kind === 'in' ? standing.operator.roles : []}
          >
            <Screen
              view={view}
              followed={followed}
              session={opened.session}
              operator={standing?.kind === 'in' ? standing.operator : null}
            />
          </ActsOffered>
        ) : (
          standing?.kind !== 'unknown' && <Working>{t('loading')}</Working>
        )}
      </div>
    </Page>
  )
}
