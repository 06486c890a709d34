import type { OperationsFigures } from '@sidep/contracts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Notice } from '../../shared/ui/index.ts'
import { ActButton } from '../acts/acts.tsx'
import { operationsMessages } from '../operations-messages.ts'
import { momentWords } from '../time-words.ts'
import { useComponentName } from './component-name.ts'

/** What somebody said of a door against the probes, until when, and the way back. */
export const Switches = ({
  figures,
  now,
}: {
  readonly figures: OperationsFigures | null
  readonly now: Date
}) => {
  const t = useMessages(operationsMessages)
  const { language } = useLanguage()
  const nameOf = useComponentName()
  return figures?.switches.map(({ door, state, by, reason, setAt, endsAt }) => (
    <Notice
      key={door}
      tone="info"
      title={t(state === 'down' ? 'switchDown' : 'switchUp', {
        door: nameOf(door),
        by,
        from: momentWords(new Date(setAt), now, language),
        until: momentWords(new Date(endsAt), now, language),
      })}
    >
      <p className="quoted">{reason}</p>
      <div className="actions">
        <ActButton kind="door" given={{ door, to: 'probes' }} label={t('switchBack')} />
      </div>
    </Notice>
  ))
}
