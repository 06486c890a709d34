import { easternmostDay } from '@sidep/identifiers'
import { type FormEvent, useRef, useState } from 'react'
import { localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { parseTypedDate, type TypedDateCode } from '../shared/typing/dates.ts'
import { Button, TextField, Working } from '../shared/ui/index.ts'
import { personMessages } from './person-messages.ts'

type Fault = TypedDateCode | 'DATE_IN_FUTURE'

interface BirthDateFormProps {
  readonly busy: boolean
  readonly onDate: (birthDate: string) => void
}

/** One field: eight digits on the number pad are enough, and what was understood is said back in words. */
export const BirthDateForm = ({ busy, onDate }: BirthDateFormProps) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const [typed, setTyped] = useState('')
  const [fault, setFault] = useState<Fault | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const read = parseTypedDate(typed, { isPartial: true })

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (busy) return
    const found = faultOf(read)
    setFault(found)
    if (found !== null) input.current?.focus()
    else if (read.ok) onDate(read.value)
  }

  return (
    <form className="panel stack" onSubmit={submit}>
      <h1>{t('birthTitle')}</h1>
      <p>{t('birthWords')}</p>
      <TextField
        label={t('birthLabel')}
        value={typed}
        onChange={(text) => {
          setTyped(text)
          setFault(null)
        }}
        inputMode="numeric"
        autoComplete="bday"
        name="birth-date"
        autoFocus
        inputRef={input}
        className="birth-date-field"
        description={
          read.ok
            ? t('birthRead', { date: dateInWords(read.value, localeOf[language]) })
            : t('birthHelp')
        }
        error={fault === null ? null : t(fault)}
      />
      <Button type="submit" variant="primary" size="large" wide isDisabled={busy}>
        {t('see')}
      </Button>
      {busy && <Working>{t('seeing')}</Working>}
    </form>
  )
}

const faultOf = (read: ReturnType<typeof parseTypedDate>): Fault | null => {
  if (!read.ok) return read.code
  // A child born today in Wallis has a date that most of the Republic has not reached yet.
  return read.value > easternmostDay(new Date()) ? 'DATE_IN_FUTURE' : null
}

/** "12 mars 1985", "juin 1958", "1958", so that a slip of the finger is seen before it is sent. */
export const dateInWords = (date: string, locale: string): string => {
  const said = [{ year: 'numeric' }, { month: 'long' }, { day: 'numeric' }] as const
  const parts = Object.assign({}, ...said.slice(0, date.split('-').length))
  return new Intl.DateTimeFormat(locale, { ...parts, timeZone: 'UTC' }).format(
    new Date(`${date.padEnd(10, '-01')}T00:00:00Z`),
  )
}
