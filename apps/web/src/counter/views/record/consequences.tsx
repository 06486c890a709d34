import { useMessages } from '../../../shared/messages/index.ts'
import { Notice } from '../../../shared/ui/index.ts'
import { useCounterState, useNowHere, useSiteZone } from '../../context.ts'
import type { Row } from '../../lists/rows.ts'
import { type Consequence, consequencesOf, type Intended } from '../../record/consequences.ts'
import { correctionMessages } from '../../record/correction-messages.ts'
import { isPortalAtHand } from '../../state.ts'

/** What will happen, before it does. */
export const Consequences = ({
  row,
  ...intended
}: { readonly row: Row } & Omit<Intended, 'isPortalAtHand' | 'now' | 'timeZone'>) => {
  const t = useMessages(correctionMessages)
  const now = useNowHere(60_000)
  const timeZone = useSiteZone()
  const state = useCounterState()
  const all = consequencesOf(row, {
    ...intended,
    now,
    timeZone,
    isPortalAtHand: isPortalAtHand(state),
  })
  return (
    <Notice tone="info" title={t('happens')}>
      <ul className="advice">
        {all.map((consequence) => (
          <li key={consequence.key}>
            <Words of={consequence} />
          </li>
        ))}
      </ul>
    </Notice>
  )
}

const Words = ({ of }: { readonly of: Consequence }) => {
  const t = useMessages(correctionMessages)
  switch (of.key) {
    case 'oldRefused':
      return t(of.key, { number: of.number, next: of.number + 1 })
    case 'oldRefusedNoNew':
      return t(of.key, { number: of.number })
    case 'newOne':
      return t(of.key, { next: of.number })
    case 'toldAt':
      return t(of.key, { contact: of.contact })
    default:
      return t(of.key)
  }
}
