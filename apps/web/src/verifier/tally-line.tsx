import { useMessages } from '../shared/messages/index.ts'
import { footMessages } from './foot-messages.ts'
import { HoldButton } from './hold-button.tsx'
import type { Tally } from './tally.ts'

/** How many were checked this evening, by verdict. */
export const TallyLine = ({
  tally,
  onReset,
}: {
  readonly tally: Tally
  readonly onReset: () => void
}) => {
  const t = useMessages(footMessages)
  const { accepted, refused, unreadable, slips } = tally
  if (accepted + refused + unreadable + slips === 0) return null
  return (
    <section className="tally" aria-labelledby="tally-title">
      <h2 id="tally-title" className="visually-hidden">
        {t('tallyTitle')}
      </h2>
      <ul className="plain-list number">
        <li>{t('tallyAccepted', { count: accepted })}</li>
        <li>{t('tallyRefused', { count: refused })}</li>
        <li>{t('tallyUnreadable', { count: unreadable })}</li>
        {slips > 0 && <li>{t('tallySlips', { count: slips })}</li>}
      </ul>
      <HoldButton variant="quiet" onPress={onReset}>
        {t('tallyReset')}
      </HoldButton>
    </section>
  )
}
