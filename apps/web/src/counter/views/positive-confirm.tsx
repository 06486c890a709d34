import { useMessages } from '../../shared/messages/index.ts'
import { dayFirst, parseTypedDate } from '../../shared/typing/dates.ts'
import { Confirm } from '../../shared/ui/index.ts'
import { messages } from '../messages.ts'
import { fullName } from '../words.ts'

export interface PositiveConfirmProps {
  /** Whose result; null when nothing is asked. Birth date as typed or as stored. */
  readonly person: {
    readonly familyName: string
    readonly firstNames: string
    readonly birthDate: string
  } | null
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

/** A positive result by mistake isolates somebody: it takes a second, different key. */
export const PositiveConfirm = ({ person, onConfirm, onCancel }: PositiveConfirmProps) => {
  const t = useMessages(messages)
  const birthDate = parseTypedDate(person?.birthDate ?? '', { isPartial: true })
  return (
    <Confirm
      title={t('positiveConfirmTitle')}
      isOpen={person !== null}
      danger
      confirmLabel={t('positiveConfirmYes')}
      cancelLabel={t('positiveConfirmNo')}
      onConfirm={onConfirm}
      onCancel={onCancel}
    >
      {person && (
        <p>
          {t('positiveConfirm', {
            name: fullName(person),
            date: birthDate.ok ? dayFirst(birthDate.value) : person.birthDate,
          })}
        </p>
      )}
    </Confirm>
  )
}
