import { useMessages } from '../shared/messages/index.ts'
import { Page, Working } from '../shared/ui/index.ts'
import { useCounterState } from './context.ts'
import { messages } from './messages.ts'
import { usePlace } from './place.ts'
import { CatchUpPage } from './views/catch-up-page.tsx'
import { ChooseSite } from './views/choose-site.tsx'
import { SessionsView } from './views/sessions/sessions-view.tsx'
import { SignIn } from './views/sign-in.tsx'
import { SlipsView } from './views/slips/slips-view.tsx'
import { TeamView } from './views/team/team-view.tsx'
import { Workspace } from './views/workspace.tsx'

/** Which screen: one thing to do on each. */
export const App = () => {
  const t = useMessages(messages)
  const { phase, room } = useCounterState()
  switch (phase) {
    case 'starting':
      return (
        <Page title={t('title')} width="narrow">
          <Working>{t('starting')}</Working>
        </Page>
      )
    case 'signed-out':
      return room === null ? <SignIn /> : <Workspace />
    case 'choose-site':
      return <ChooseSite />
    case 'working':
      return <View />
  }
}

const View = () => {
  const place = usePlace()
  switch (place) {
    case 'counter':
      return <Workspace />
    case 'slips':
      return <SlipsView />
    case 'team':
      return <TeamView />
    case 'catch-up':
      return <CatchUpPage />
    case 'sessions':
      return <SessionsView />
  }
}
