import { useEffect, useRef, useState } from 'react'
import { numericDate } from '../shared/documents/local-time.ts'
import { localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, Icon, type IconName } from '../shared/ui/index.ts'
import { hoursLeft, type Stopgap, type VerdictView } from './verdict-view.ts'
import { verifierMessages } from './verifier-messages.ts'

type Kind = VerdictView['verdict'] | 'slip' | 'other'

/**
 * Time to read a name and look at an identity card; a refusal takes longer to explain. A slip stays until it has been
 * read: what counts on it is written by hand.
 */
const secondsShown: Readonly<Record<Kind, number | null>> = {
  accepted: 6,
  refused: 10,
  unreadable: 5,
  other: 5,
  slip: null,
}

const shapes = {
  accepted: 'tick',
  refused: 'cross',
  unreadable: 'question',
  other: 'question',
  slip: 'warning',
} as const satisfies Record<Kind, IconName>

const words = {
  accepted: 'accepted',
  refused: 'refused',
  unreadable: 'unreadable',
  other: 'other',
  slip: 'slipToRead',
} as const satisfies Record<Kind, string>

/** Felt through a glove: one short for yes, two long for no, two short for unreadable, one long for reading. */
const vibrations: Readonly<Record<Kind, readonly number[]>> = {
  accepted: [80],
  refused: [300, 120, 300],
  unreadable: [80, 80, 80],
  other: [80, 80, 80],
  slip: [300],
}

/**
 * «Valid» would say too much of a sheet on which anything can be written; «unreadable» would send somebody away to print
 * again what is no certificate of ours.
 */
const kindOf = ({ verdict, stopgap, reason }: VerdictView): Kind => {
  if (verdict === 'accepted' && stopgap?.kind === 'slip') return 'slip'
  return reason === 'otherKind' ? 'other' : verdict
}

interface VerdictScreenProps {
  readonly view: VerdictView
  readonly modeTitle: string
  readonly onDone: () => void
}

/** The verdict over the whole screen: shape, word, name and birth date; colour only repeats it. */
export const VerdictScreen = ({ view, modeTitle, onDone }: VerdictScreenProps) => {
  const t = useMessages(verifierMessages)
  const { language } = useLanguage()
  const kind = kindOf(view)
  const { secondsLeft, keep } = useCountdown(secondsShown[kind], onDone)
  const screen = useRef<HTMLDivElement>(null)
  useEffect(() => {
    screen.current?.focus()
    navigator.vibrate?.([...vibrations[kindOf(view)]])
  }, [view])
  const stay = (): void => {
    keep()
    // The button goes away with the countdown; the keyboard stays on the verdict.
    screen.current?.focus()
  }

  return (
    <div
      ref={screen}
      className={`verdict-screen ${kind}`}
      role="alertdialog"
      aria-modal="true"
      aria-labelledby="verdict-word"
      aria-describedby="verdict-details"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone()
      }}
    >
      <p className="mode">{modeTitle}</p>
      <div className="sign">
        <Icon name={shapes[kind]} />
        <h1 id="verdict-word">{t(words[kind])}</h1>
      </div>
      <div id="verdict-details" className="details">
        {view.person !== null && <Person person={view.person} />}
        {view.stopgap !== null &&
          (kind === 'slip' ? (
            <SlipReading slip={view.stopgap} />
          ) : (
            <p className="stopgap">{t(view.stopgap.kind, { site: view.stopgap.site })}</p>
          ))}
        {view.until !== null && <Until until={view.until} locale={localeOf[language]} />}
        {view.reason !== null && <p className="reason">{t(view.reason, { mode: modeTitle })}</p>}
        {view.code !== null && (
          <p className="code" translate="no">
            {view.code}
          </p>
        )}
        {kind === 'accepted' && <p>{t('checkIdentity')}</p>}
      </div>
      <div className="way-on">
        <Button size="large" wide onPress={onDone}>
          {t('next')}
        </Button>
        {secondsLeft !== null && (
          <div className="countdown">
            {/* Not announced: a number read aloud each second would drown the verdict. */}
            <p className="number" aria-hidden="true">
              {t('nextIn', { count: secondsLeft })}
            </p>
            <Button onPress={stay}>{t('keep')}</Button>
          </div>
        )}
      </div>
    </div>
  )
}

/** What to compare on a sheet that is genuine: all that counts on it stands on the paper alone. */
const SlipReading = ({ slip }: { readonly slip: Stopgap }) => {
  const t = useMessages(verifierMessages)
  return (
    <div className="slip-reading">
      <p>{t('slipLead')}</p>
      <ul>
        {slip.kind === 'slip' && (
          <li>
            {t('slipNumber')}
            <strong className="number" translate="no">
              {slip.number}
            </strong>
          </li>
        )}
        <li>
          {t('slipPlace')}
          <strong translate="no">{slip.site}</strong>
        </li>
        <li>{t('slipPerson')}</li>
        <li>{t('slipSample')}</li>
        <li>{t('slipStamp')}</li>
      </ul>
    </div>
  )
}

const Person = ({ person }: { readonly person: NonNullable<VerdictView['person']> }) => {
  const t = useMessages(verifierMessages)
  return (
    <div className="person" translate="no">
      <p className="family-name">{person.familyName}</p>
      {person.firstNames !== '' && <p className="first-names">{person.firstNames}</p>}
      {person.birthDate !== '' && (
        <p className="birth-date">
          {t('born')} <span className="number">{numericDate(person.birthDate)}</span>
        </p>
      )}
    </div>
  )
}

const Until = ({ until, locale }: { readonly until: Date; readonly locale: string }) => {
  const t = useMessages(verifierMessages)
  const format = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  })
  const hours = hoursLeft(until, new Date())
  return <p>{t('until', { date: format.format(until), hours })}</p>
}

/** Counts down to `done`; `keep` stops it for this verdict; without seconds it never ends by itself. */
function useCountdown(
  seconds: number | null,
  done: () => void,
): { readonly secondsLeft: number | null; readonly keep: () => void } {
  const [secondsLeft, setSecondsLeft] = useState<number | null>(seconds)
  const finish = useRef(done)
  finish.current = done
  useEffect(() => {
    if (secondsLeft === null) return
    const timer = setTimeout(() => {
      if (secondsLeft <= 1) finish.current()
      else setSecondsLeft(secondsLeft - 1)
    }, 1000)
    return () => clearTimeout(timer)
  }, [secondsLeft])
  return { secondsLeft, keep: () => setSecondsLeft(null) }
}
