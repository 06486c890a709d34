import { type FormEvent, useState } from 'react'
import { errorWords } from '../../shared/api/index.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Dialog, LinkButton, Notice, TextField, Working } from '../../shared/ui/index.ts'
import { useCounter, useCounterState, useSiteZone } from '../context.ts'
import { doorMessages } from '../door-messages.ts'
import type { Phone } from '../session/machine/state.ts'
import { ownMatterOf } from '../session/own-matter.ts'
import { clockTime } from '../words.ts'
import { RefusalHelp } from './refusal-help.tsx'
import { RetryTime } from './retry-time.tsx'
import { useSignIn } from './use-sign-in.ts'

/** Signing in on the phone, over whatever the page was showing: nothing of it is lost. */
export const PhoneDialog = () => {
  const t = useMessages(doorMessages)
  const counter = useCounter()
  const { phone, room } = useCounterState()
  const isOpen = phone !== null && phone.step !== 'queued'
  // Who gives up in the waiting room is back at the doors; the place is kept in this browser.
  const close = room === null ? counter.phone.close : counter.leaveRoom
  return (
    <Dialog title={t('phoneTitle')} isOpen={isOpen} onClose={close}>
      {isOpen && <Step phone={phone} onCancel={close} />}
    </Dialog>
  )
}

const Step = ({ phone, onCancel }: { readonly phone: Phone; readonly onCancel: () => void }) => {
  switch (phone.step) {
    case 'typing':
    case 'starting':
      return <Typing phone={phone} />
    case 'confirming':
      return <Confirming phone={phone} onCancel={onCancel} />
    case 'over':
      return <Over phone={phone} />
    case 'queued':
      return null
  }
}

const Typing = ({ phone }: { readonly phone: Extract<Phone, { step: 'typing' | 'starting' }> }) => {
  const t = useMessages(doorMessages)
  const counter = useCounter()
  const [typed, setTyped] = useState(phone.typed)
  const fault = phone.step === 'typing' ? phone.fault : null
  // The fault is of what was sent; while it is being changed nothing is said.
  const error = fault !== null && typed.trim() === phone.typed ? t(`number_${fault}`) : null
  const isStarting = phone.step === 'starting'
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void counter.phone.begin(typed)
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p>{t('phoneIntro')}</p>
      <TextField
        label={t('phoneNumber')}
        description={t('phoneNumberHelp')}
        value={typed}
        onChange={setTyped}
        error={error}
        inputMode="numeric"
        autoFocus
      />
      <div className="actions">
        <Button type="submit" variant="primary" isDisabled={isStarting}>
          {t('phoneSend')}
        </Button>
      </div>
      {isStarting && <Working>{t('phoneSending')}</Working>}
    </form>
  )
}

const Confirming = ({
  phone,
  onCancel,
}: {
  readonly phone: Extract<Phone, { step: 'confirming' }>
  readonly onCancel: () => void
}) => {
  const t = useMessages(doorMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  return (
    <div className="stack">
      <div role="status">
        <p>{t('phoneCompare')}</p>
        <p className="phone-digits">
          <span aria-hidden="true">{phone.digits}</span>
          <span className="visually-hidden">{t('phoneDigits', { digits: phone.digits })}</span>
        </p>
        <p>{t('phoneConfirm')}</p>
      </div>
      <p>{t('phoneRefuse')}</p>
      <p className="muted number">
        {t('phoneUntil', { time: clockTime(phone.endsAt, localeOf[language], timeZone) })}
      </p>
      <div className="actions">
        <Button autoFocus onPress={onCancel}>
          {t('phoneCancel')}
        </Button>
      </div>
    </div>
  )
}

/** The other door first when this one is away; else what is nearest to what one wanted. */
const Over = ({ phone }: { readonly phone: Extract<Phone, { step: 'over' }> }) => {
  const t = useMessages(doorMessages)
  const { language } = useLanguage()
  const counter = useCounter()
  const way = useSignIn()
  const { doors } = useCounterState()
  const card = doors?.find(({ door, state }) => door === 'card' && state === 'up')
  const page = doors?.find(({ door, state }) => door === 'ecps' && state === 'up')
  const words = phone.error === null ? null : errorWords(phone.error, language)
  const isAway = phone.end === 'provider-away'
  const problem = phone.error?.kind === 'problem' ? phone.error.problem : null
  const matter = ownMatterOf(problem?.code ?? null)
  const again = (
    <Button
      key="again"
      variant={isAway && card !== undefined ? 'secondary' : 'primary'}
      autoFocus={!(isAway && card !== undefined)}
      onPress={counter.phone.open}
    >
      {t('phoneAgain')}
    </Button>
  )
  const byCard = card && (
    <LinkButton
      key="card"
      variant={isAway ? 'primary' : 'secondary'}
      href={way.href(card.url)}
      onClick={way.onClick('card', card.url)}
    >
      {t('phoneByCard')}
    </LinkButton>
  )
  return (
    <div className="stack">
      <Notice
        tone={isAway ? 'warn' : 'bad'}
        live="alert"
        title={t(`phoneOver_${phone.end}`)}
        supportCode={words?.supportCode ?? null}
      >
        {phone.end === 'failed' && words !== null && <p>{words.sentence}</p>}
        {matter !== null && <RefusalHelp matter={matter} places={problem?.places ?? []} />}
        <RetryTime at={phone.retryAt} />
      </Notice>
      <div className="actions stacked">
        {isAway ? [byCard, again] : [again, matter === null && byCard]}
        {page && !isAway && matter === null && (
          <LinkButton href={way.href(page.url)} onClick={way.onClick('ecps', page.url)}>
            {t('phoneByPage')}
          </LinkButton>
        )}
      </div>
    </div>
  )
}
