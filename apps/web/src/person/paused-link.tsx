import { unlockLink } from '@sidep/contracts/endpoints'
import { type FormEvent, useEffect, useState } from 'react'
import { type ApiClient, type ApiError, errorWords } from '../shared/api/index.ts'
import { localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { parseTypedDate } from '../shared/typing/dates.ts'
import { Button, Notice, TextField, Working } from '../shared/ui/index.ts'
import { personMessages } from './person-messages.ts'

interface PausedLinkProps {
  readonly api: Pick<ApiClient, 'ask'>
  readonly code: string
  /** The one typed last, `YYYY-MM-DD`: it may be the wrong one. */
  readonly birthDate: string
  readonly until: Date
  readonly busy: boolean
  /** A number was typed, and the last one did not open. */
  readonly wasWrong: boolean
  readonly onOpen: () => void
  readonly onNumber: (unlockNumber: string, birthDate: string) => void
}

type Sending =
  | { readonly kind: 'offered' | 'sending' | 'sent' }
  | { readonly kind: 'failed'; readonly error: ApiError }

/** Says when the link reopens, and opens the form by itself then; whoever has the phone need not wait. */
export const PausedLink = (props: PausedLinkProps) => {
  const { api, code, until, onOpen } = props
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const [sending, setSending] = useState<Sending>({ kind: 'offered' })
  useEffect(() => {
    const timer = setTimeout(onOpen, Math.max(0, until.getTime() - Date.now()))
    return () => clearTimeout(timer)
  }, [until, onOpen])
  const send = async (): Promise<void> => {
    setSending({ kind: 'sending' })
    const answer = await api.ask(unlockLink, { body: { code } })
    setSending(answer.ok ? { kind: 'sent' } : { kind: 'failed', error: answer.error })
  }
  const [time, today] = reopensAt(until, localeOf[language])
  const words = sending.kind === 'failed' ? errorWords(sending.error, language) : null
  return (
    <div className="panel stack">
      <h1>{t('pausedTitle')}</h1>
      <Notice tone="info" live="status">
        <p>{t(today ? 'pausedWords' : 'pausedWordsDay', { time })}</p>
      </Notice>
      {words !== null && (
        <Notice tone="warn" live="alert" supportCode={words.supportCode}>
          <p>{words.sentence}</p>
        </Notice>
      )}
      {sending.kind === 'sent' ? (
        <NumberForm {...props} />
      ) : (
        <>
          <p>{t('unlockWords')}</p>
          <Button onPress={() => void send()} isDisabled={sending.kind === 'sending'}>
            {t('unlockSend')}
          </Button>
          {sending.kind === 'sending' && <Working>{t('renewing')}</Working>}
        </>
      )}
    </div>
  )
}

/** The minute after: at the minute shown it really is open. A pause of hours may end on another day, which is said then. */
const reopensAt = (until: Date, locale: string): [time: string, isToday: boolean] => {
  const shown = new Date(Math.ceil(until.getTime() / 60_000) * 60_000)
  const isToday = shown.toDateString() === new Date().toDateString()
  const date = isToday ? {} : ({ dateStyle: 'long' } as const)
  return [new Intl.DateTimeFormat(locale, { timeStyle: 'short', ...date }).format(shown), isToday]
}

const NumberForm = ({ busy, wasWrong, birthDate, onNumber }: PausedLinkProps) => {
  const t = useMessages(personMessages)
  const [typed, setTyped] = useState('')
  const [date, setDate] = useState(birthDate.split('-').reverse().join('/'))
  const [fault, setFault] = useState(false)
  const read = parseTypedDate(date)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const digits = typed.replace(/\s/g, '')
    const isWhole = /^[0-9]{6}$/.test(digits)
    setFault(!isWhole)
    if (isWhole && read.ok && !busy) onNumber(digits, read.value)
  }
  return (
    <form className="stack" onSubmit={submit}>
      <p role="status">{t('unlockSent')}</p>
      <TextField
        label={t('unlockLabel')}
        value={typed}
        onChange={setTyped}
        inputMode="numeric"
        autoComplete="one-time-code"
        name="unlock-number"
        autoFocus
        error={fault ? t('unlockShort') : wasWrong ? t('unlockWrong') : null}
      />
      <TextField
        label={t('birthTitle')}
        value={date}
        onChange={setDate}
        inputMode="numeric"
        autoComplete="bday"
        name="birth-date"
        className="birth-date-field"
        error={read.ok ? null : t(read.code)}
      />
      <Button type="submit" variant="primary" size="large" wide isDisabled={busy}>
        {t('see')}
      </Button>
      {busy && <Working>{t('seeing')}</Working>}
    </form>
  )
}
