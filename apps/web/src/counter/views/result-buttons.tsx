import type { Result } from '@sidep/contracts'
import { useMessages } from '../../shared/messages/index.ts'
import { Button } from '../../shared/ui/index.ts'
import { messages } from '../messages.ts'
import { resultIcon, results, shortcutOf } from '../words.ts'

export interface ResultButtonsProps {
  readonly onChoose: (result: Result) => void
  /** A result is being sent: the buttons keep the focus and take no press. */
  readonly isPending?: boolean
  readonly isLarge?: boolean
}

/** The three results; their keys are handled by what is around them. */
export const ResultButtons = ({
  onChoose,
  isPending = false,
  isLarge = false,
}: ResultButtonsProps) => {
  const t = useMessages(messages)
  return (
    <div className={isLarge ? 'result-buttons large' : 'result-buttons'}>
      {results.map((result) => (
        <Button
          key={result}
          icon={resultIcon(result)}
          shortcut={shortcutOf[result]}
          isPending={isPending}
          onPress={() => onChoose(result)}
          {...(isLarge ? { size: 'large' as const } : {})}
        >
          {t(result)}
        </Button>
      ))}
    </div>
  )
}
