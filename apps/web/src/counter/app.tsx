import { useMessages } from '../shared/messages/index.ts'
import { Page, Working } from '../shared/ui/index.ts'
import { useCounterState } from './context.ts'
import { messages } from './messages.ts'
import { usePlace } from './place.ts'
import { CatchUpPage } from './views/catch-up-page.tsx'
import { ChooseSite } from './views/choose-site.tsx'
import { OnDemand } from './views/on-demand.tsx'
import { viewParts } from './views/parts.ts'
import { SignIn } from './views/sign-in.tsx'

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
      return room === null ? <SignIn /> : <View place="counter" />
    case 'choose-site':
      return <ChooseSite />
    case 'working':
      return <CurrentView />
  }
}

const CurrentView = () => {
  const place = usePlace()
  return place === 'catch-up' ? <CatchUpPage /> : <View place={place} />
}

const View = ({ place }: { readonly place: keyof typeof viewParts }) => {
  const t = useMessages(messages)
  return (
    <OnDemand
      key={place}
      part={viewParts[place]}
      props={{}}
      frame={(words) => (
        <Page title={t('title')} width="narrow">
          {words}
        </Page>
      )}
    />
  )
}
