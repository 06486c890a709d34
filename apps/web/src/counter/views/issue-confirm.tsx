import type { Result } from '@sidep/contracts'
import { dateWords, localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { dayFirst, parseTypedDate } from '../../shared/typing/dates.ts'
import { Confirm } from '../../shared/ui/index.ts'
import { useSiteZone } from '../context.ts'
import type { Question } from '../form/questions.ts'
import { messages } from '../messages.ts'
import { fullName } from '../words.ts'

/** What waits for a yes. */
export interface Asking {
  readonly result: Result | null
  readonly questions: readonly Question[]
}

export interface IssueConfirmProps {
  /** Whose result; birth date as typed or as stored. */
  readonly person: {
    readonly familyName: string
    readonly firstNames: string
    readonly birthDate: string
  }
  /** Null when nothing is asked. */
  readonly asking: Asking | null
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

/**
 * A positive result by mistake isolates somebody, and what is unlikely is asked about: it takes a second, different key.
 */
export const IssueConfirm = ({ person, asking, onConfirm, onCancel }: IssueConfirmProps) => {
  const t = useMessages(messages)
  const birthDate = parseTypedDate(person.birthDate, { isPartial: true })
  const isPositive = asking?.result === 'positive'
  return (
    <Confirm
      title={t(isPositive ? 'positiveConfirmTitle' : 'askTitle')}
      isOpen={asking !== null}
      danger={isPositive}
      confirmLabel={t(isPositive ? 'positiveConfirmYes' : 'askYes')}
      cancelLabel={t('positiveConfirmNo')}
      onConfirm={onConfirm}
      onCancel={onCancel}
    >
      {asking?.questions.map((question) => (
        <p key={question.code}>
          <QuestionWords question={question} name={fullName(person)} />
        </p>
      ))}
      {isPositive && (
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

const QuestionWords = ({
  question,
  name,
}: {
  readonly question: Question
  readonly name: string
}) => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  switch (question.code) {
    case 'EARLY':
      return t('askEarly', { count: question.minutesLeft })
    case 'ONE_LETTER':
      return t('askOneLetter', { name: question.name })
    case 'SAME_PERSON': {
      const time = dateWords(new Date(question.sampledAt), localeOf[language], {
        timeZone,
        weekday: 'long',
        hour: '2-digit',
        minute: '2-digit',
      })
      const result = t(question.result ?? 'askNoResult')
      return t(question.isAlike ? 'askAlike' : 'askSamePerson', { name, time, result })
    }
  }
}
