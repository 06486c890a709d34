import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { numericDate } from '../shared/documents/local-time.ts'
import { deviceDateWords, localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, Icon, type IconName } from '../shared/ui/index.ts'
import { afterDrawing } from './after-drawing.ts'
import { Explanation } from './explanation.tsx'
import { play, type Tones } from './sounds.ts'
import type { Counted } from './tally.ts'
import { hoursLeft, type Stopgap, type VerdictView } from './verdict-view.ts'
import { verifierMessages } from './verifier-messages.ts'

type Kind = VerdictView['verdict'] | 'slip' | 'other' | 'not-loaded'

/** The verdict over the whole screen, before the camera is in sight again behind it. */
const fullMilliseconds = 1_000

/**
 * How long it stays below the camera's picture unless the next code is read: time to look at an identity card; a refusal
 * takes longer to explain. A slip stays until it has been read: what counts on it is written by hand.
 */
const secondsResting: Readonly<Record<Kind, number | null>> = {
  accepted: 10,
  refused: 15,
  unreadable: 4,
  other: 8,
  'not-loaded': 15,
  slip: null,
}

const shapes = {
  accepted: 'tick',
  refused: 'cross',
  unreadable: 'question',
  other: 'question',
  'not-loaded': 'question',
  slip: 'warning',
} as const satisfies Record<Kind, IconName>

const words = {
  accepted: 'accepted',
  refused: 'refused',
  unreadable: 'unreadable',
  other: 'other',
  'not-loaded': 'notLoaded',
  slip: 'slipToRead',
} as const satisfies Record<Kind, string>

/** Felt through a glove: one short for yes, two long for no, two short for unreadable, one long for reading. */
const vibrations: Readonly<Record<Kind, readonly number[]>> = {
  accepted: [80],
  refused: [300, 120, 300],
  unreadable: [80, 80, 80],
  other: [80, 80, 80],
  'not-loaded': [80, 80, 80],
  slip: [300],
}

/** Heard over a queue: up for yes, down for no, the same twice for unreadable, one in the middle for reading. */
const tones: Readonly<Record<Kind, Tones>> = {
  accepted: [
    [880, 90],
    [1_320, 140],
  ],
  refused: [
    [330, 220],
    [220, 340],
  ],
  unreadable: [
    [520, 90],
    [520, 90],
  ],
  other: [
    [520, 90],
    [520, 90],
  ],
  'not-loaded': [
    [520, 90],
    [520, 90],
  ],
  slip: [[660, 320]],
}

/** Felt and heard after the verdict itself: look again. */
const again = { vibration: [120, 300], tone: [440, 300] } as const

/**
 * «Valid» would say too much of a sheet on which anything can be written; «unreadable» would send somebody away to print
 * again what is no certificate of ours; «not valid» would call a stranger's certificate false that nobody could check, or withdrawn one that no list here could name.
 */
const kindOf = ({ verdict, stopgap, reason }: VerdictView): Kind => {
  if (verdict === 'accepted' && stopgap?.kind === 'slip') return 'slip'
  if (reason === 'otherKind') return 'other'
  return reason === 'signerNotLoaded' || reason === 'revocationsTooOld' ? 'not-loaded' : verdict
}

/** Where the verdict counts in the tally of the evening. */
export const countedAs = (view: VerdictView): Counted => {
  const kind = kindOf(view)
  if (kind === 'slip') return 'slips'
  return kind === 'accepted' || kind === 'refused' ? kind : 'unreadable'
}

/**
 * - `full`: over the whole screen
 * - `resting`: below the camera's picture, which reads on
 * - `kept`: over the whole screen until somebody goes on
 */
export type Phase = 'full' | 'resting' | 'kept'

interface VerdictScreenProps {
  readonly view: VerdictView
  readonly modeTitle: string
  /** Whole minutes since it was shown at this door; null when it was not. */
  readonly seenMinutesAgo: number | null
  readonly sound: boolean
  readonly onPhase: (phase: Phase) => void
  readonly onDone: () => void
}

/** The verdict: shape, word, name and birth date; colour only repeats it. */
export const VerdictScreen = ({
  view,
  modeTitle,
  seenMinutesAgo,
  sound,
  onPhase,
  onDone,
}: VerdictScreenProps) => {
  const t = useMessages(verifierMessages)
  const { language } = useLanguage()
  const kind = kindOf(view)
  const { phase, keep } = usePhases(secondsResting[kind], onPhase, onDone)
  const screen = useRef<HTMLDivElement>(null)
  const tell = useEffectEvent((shown: Kind) => {
    const isRepeated = seenMinutesAgo !== null
    navigator.vibrate?.([...vibrations[shown], ...(isRepeated ? again.vibration : [])])
    if (sound) play([...tones[shown], ...(isRepeated ? [again.tone] : [])])
  })
  useEffect(
    () =>
      afterDrawing(() => {
        screen.current?.focus()
        tell(kindOf(view))
      }),
    [view],
  )
  const stay = (): void => {
    keep()
    // The button goes away; the keyboard stays on the verdict.
    screen.current?.focus()
  }
  const country =
    view.country === null
      ? ''
      : (new Intl.DisplayNames(localeOf[language], { type: 'region' }).of(view.country) ?? '')

  return (
    <div
      ref={screen}
      className={`verdict-screen ${kind} ${phase}`}
      role="alertdialog"
      aria-modal={phase !== 'resting'}
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
        {seenMinutesAgo !== null && (
          <p className="seen-before">
            <Icon name="warning" />
            {seenMinutesAgo === 0 ? t('seenJustNow') : t('seenBefore', { count: seenMinutesAgo })}
          </p>
        )}
        {view.person !== null && <Person person={view.person} />}
        {view.stopgap !== null &&
          (kind === 'slip' ? (
            <SlipReading slip={view.stopgap} />
          ) : (
            <p className="stopgap">{t(view.stopgap.kind, { site: view.stopgap.site })}</p>
          ))}
        {view.until !== null && <Until until={view.until} locale={localeOf[language]} />}
        {view.reason !== null && (
          <p className="reason">{t(view.reason, { mode: modeTitle, country })}</p>
        )}
        <Explanation view={view} />
        {view.code !== null && (
          <p className="code" translate="no">
            {view.code}
          </p>
        )}
        {kind === 'accepted' && <p className="identity">{t('checkIdentity')}</p>}
      </div>
      <div className="way-on">
        <Button size="large" wide onPress={onDone}>
          {t('next')}
        </Button>
        {phase !== 'kept' && <Button onPress={stay}>{t('keep')}</Button>}
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
  const date = deviceDateWords(until, locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  })
  return <p>{t('until', { date, hours: hoursLeft(until, new Date()) })}</p>
}

/** Full, then resting, then over; `keep` stops it for this verdict; without seconds it is kept from the start. */
const usePhases = (
  seconds: number | null,
  onPhase: (phase: Phase) => void,
  onDone: () => void,
): { readonly phase: Phase; readonly keep: () => void } => {
  const [phase, setPhase] = useState<Phase>(seconds === null ? 'kept' : 'full')
  const tell = useEffectEvent(onPhase)
  const finish = useEffectEvent(onDone)
  useEffect(() => {
    tell(phase)
    if (phase === 'kept' || seconds === null) return
    const timer =
      phase === 'full'
        ? setTimeout(() => setPhase('resting'), fullMilliseconds)
        : setTimeout(() => finish(), seconds * 1_000)
    return () => clearTimeout(timer)
  }, [phase, seconds])
  return { phase, keep: () => setPhase('kept') }
}
