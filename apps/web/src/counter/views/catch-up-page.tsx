import { useMemo } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { CatchUpDeskProvider, useCatchUp } from '../context.ts'
import { CounterPage } from './counter-page.tsx'
import { navMessages } from './nav-messages.ts'
import { OnDemand, type Part } from './on-demand.tsx'

/** Catch-up entry: seldom opened, so the grid's code comes when it is. Its lines are sent by the desk, open or not. */
export const CatchUpPage = () => {
  const t = useMessages(navMessages)
  const catchUp = useCatchUp()
  const part = useMemo(
    (): Part<object> => ({
      load: async () => {
        const [{ CatchUpView }, desk] = await Promise.all([
          import('./catch-up/catch-up-view.tsx'),
          catchUp(),
        ])
        return () => (
          <CatchUpDeskProvider value={desk}>
            <CatchUpView />
          </CatchUpDeskProvider>
        )
      },
    }),
    [catchUp],
  )
  return (
    <CounterPage title={t('catch-up')}>
      <OnDemand part={part} props={{}} />
    </CounterPage>
  )
}
