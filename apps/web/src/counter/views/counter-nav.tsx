import './counter-nav.css'
import { useMessages } from '../../shared/messages/index.ts'
import { useCounterState } from '../context.ts'
import { hashOf, type Place, usePlace } from '../place.ts'
import { navMessages } from './nav-messages.ts'

/** One's sessions are behind one's name. */
const places = ['counter', 'slips', 'catch-up', 'team'] as const satisfies readonly Place[]

/** The ways between the counter's views. */
export const CounterNav = () => {
  const t = useMessages(navMessages)
  const here = usePlace()
  const { phase } = useCounterState()
  // Who waits to sign in has one thing to do.
  if (phase !== 'working') return null
  return (
    <nav className="counter-nav" aria-label={t('label')}>
      {places.map((place) => (
        <a
          key={place}
          href={hashOf[place]}
          {...(place === here ? { 'aria-current': 'page' as const } : {})}
        >
          {t(place)}
        </a>
      ))}
    </nav>
  )
}
