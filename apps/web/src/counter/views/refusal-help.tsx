import { useMessages } from '../../shared/messages/index.ts'
import { refusalMessages } from '../messages/refusal-messages.ts'
import type { OwnMatter } from '../session/own-matter.ts'

/** The places that a refusal is about, one's next step, and whom to ask. */
export const RefusalHelp = ({
  matter,
  places,
}: {
  readonly matter: OwnMatter
  readonly places: readonly string[]
}) => {
  const t = useMessages(refusalMessages)
  return (
    <>
      {places.length > 0 && <p>{t('places', { names: places.join(', ') })}</p>}
      <p>{t(`next_${matter}`)}</p>
    </>
  )
}
