import type { ScreeningInput } from '@sidep/contracts'
import { writeContacts } from '@sidep/identifiers'
import { deviceLabel } from '../../../shared/documents/catalogue-words.ts'
import { dateWords, localeOf, useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { dayFirst } from '../../../shared/typing/dates.ts'
import { useCounterValue, useSiteZone } from '../../context.ts'
import type { CorrectedPart } from '../../form/correction.ts'
import { messages } from '../../messages.ts'
import { correctionMessages } from '../../record/correction-messages.ts'

const sexKeys = { F: 'sexFemale', M: 'sexMale', U: 'sexUnknown' } as const

/** What a screening says of a part, in words. */
const useWords = (): ((part: CorrectedPart, input: ScreeningInput) => string) => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const catalogue = useCounterValue((state) => state.catalogue)
  return (part, input) => {
    const { person, device, deviceName = null, sampledAt, result } = input
    switch (part) {
      case 'birthDate':
        return dayFirst(person.birthDate)
      case 'sex':
        return t(sexKeys[person.sex])
      case 'contact':
        return writeContacts(person.contact ?? {})
      case 'device':
        return deviceLabel({ device, deviceName }, catalogue)
      case 'sampledAt':
        return dateWords(new Date(sampledAt), localeOf[language], {
          dateStyle: 'short',
          timeStyle: 'short',
          timeZone,
        })
      case 'result':
        return result === undefined ? '' : t(result)
      default:
        return person[part]
    }
  }
}

/** What a correction says otherwise: as it was, and as it will be. */
export const Differences = ({
  before,
  contactBefore,
  after,
  parts,
}: {
  readonly before: ScreeningInput
  /** Where the way to reach the person is shown in part only. */
  readonly contactBefore: string | null
  readonly after: ScreeningInput
  readonly parts: readonly CorrectedPart[]
}) => {
  const t = useMessages(correctionMessages)
  const tForm = useMessages(messages)
  const words = useWords()
  const said = (text: string): string => (text === '' ? t('none') : text)
  return (
    <dl className="facts">
      {parts.map((part) => {
        const was =
          part === 'contact' && contactBefore !== null ? contactBefore : words(part, before)
        return (
          <div key={part}>
            <dt>{tForm(part)}</dt>
            <dd>{t('becomes', { before: said(was), after: said(words(part, after)) })}</dd>
          </div>
        )
      })}
    </dl>
  )
}
