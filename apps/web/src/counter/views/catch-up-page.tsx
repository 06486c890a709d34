import type { ComponentType } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { CounterPage } from './counter-page.tsx'
import { navMessages } from './nav-messages.ts'
import { OnDemand } from './on-demand.tsx'

const load = async (): Promise<ComponentType> =>
  (await import('./catch-up/catch-up-view.tsx')).CatchUpView

/** Catch-up entry: seldom opened, so the grid's code comes when it is. Its lines are sent by the desk, which is here. */
export const CatchUpPage = () => {
  const t = useMessages(navMessages)
  return (
    <CounterPage title={t('catch-up')}>
      <OnDemand load={load} />
    </CounterPage>
  )
}
