import { type ProblemCode, problemRegistry } from '@sidep/contracts'
import { useEffect, useState } from 'react'
import { parseRetryAfter } from '../../shared/api/index.ts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Notice, Page, Working } from '../../shared/ui/index.ts'
import { useCounterState, useDraftValue } from '../context.ts'
import { doorMessages } from '../door-messages.ts'
import { isTouched } from '../form/draft.ts'
import { messages } from '../messages.ts'
import { heldEntries } from '../outbox/content.ts'
import { lastDoor } from '../session/last-door.ts'
import { ownMatterOf, takeRefusedPlaces } from '../session/own-matter.ts'
import { DoorList, type DoorListProps, type OfferedDoor } from './door-list.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { GoOnAlone } from './go-on-alone.tsx'
import { Outage } from './outage.tsx'
import { RefusalHelp } from './refusal-help.tsx'
import { RetryTime } from './retry-time.tsx'
import { StatusLink } from './status-link.tsx'
import { useSignIn } from './use-sign-in.ts'

interface Told {
  readonly code: ProblemCode
  readonly at: Date
  readonly retryAfterSeconds: number | null
}

/** What a door sent one back with, `?problem=CODE&retry=SECONDS`. */
const toldBy = (search: string, at: Date): Told | null => {
  const parameters = new URLSearchParams(search)
  const named = parameters.get('problem')
  const code = Object.keys(problemRegistry).find((known): known is ProblemCode => known === named)
  if (code === undefined) return null
  return { code, at, retryAfterSeconds: parseRetryAfter(parameters.get('retry'), at) }
}

/** The door that sent one back, and when it is worth another try: its own word, or that of the list of doors. */
const failedBy = (
  told: Told | null,
  doors: readonly OfferedDoor[] | null,
): DoorListProps['failed'] => {
  const door = lastDoor()
  if (told === null || door === null) return null
  const listed = doors?.find((one) => one.door === door && one.state === 'down')
  const seconds = told.retryAfterSeconds ?? listed?.retryAfterSeconds ?? null
  const retryAt = seconds === null ? null : new Date(told.at.getTime() + seconds * 1000)
  return { door, retryAt }
}

/** The doors that the server offers, equal, each saying whether it works now. */
export const SignIn = () => {
  const t = useMessages(messages)
  const td = useMessages(doorMessages)
  const { language } = useLanguage()
  const { doors, outbox, link } = useCounterState()
  const isTyping = useDraftValue(isTouched)
  const way = useSignIn()
  const [told] = useState(() => toldBy(location.search, new Date()))
  const [places, setPlaces] = useState<readonly string[]>([])
  useEffect(() => {
    const taken = takeRefusedPlaces()
    if (taken.length > 0) setPlaces(taken)
  }, [])
  const matter = ownMatterOf(told?.code ?? null)
  // Pressed here and refused at once, or sent back here with a refusal by the door pressed last, whose fault it was.
  const failed = way.failed ?? (matter === null ? failedBy(told, doors) : null)
  const isOtherUp = doors?.some(({ door, state }) => door !== failed?.door && state === 'up')
  const kept = heldEntries(outbox.entries).length
  const isDown = doors !== null && doors.length > 0 && doors.every(({ state }) => state === 'down')
  // Whoever comes back from a door that led nowhere was told nothing by it.
  const isLedToStatus = isDown || way.error !== null || (told !== null && matter === null)
  return (
    <Page title={t('signInTitle')}>
      <div className="stack sign-in">
        <h1>{t('signInTitle')}</h1>
        {told && (
          <Notice tone="bad" live="alert" title={t('signInProblem')} supportCode={told.code}>
            <p>{problemRegistry[told.code].title[language]}</p>
            {matter === null ? (
              <>
                <RetryTime at={failed?.retryAt ?? null} />
                {isOtherUp && <p>{td('otherDoorWorks')}</p>}
                <StatusLink />
              </>
            ) : (
              <RefusalHelp matter={matter} places={places} />
            )}
          </Notice>
        )}
        {(kept > 0 || isTyping) && (
          <Notice tone="info" title={t('safeTitle')}>
            {kept > 0 && <p>{t('kept', { count: kept })}</p>}
            {isTyping && <p>{t('draftKept')}</p>}
          </Notice>
        )}
        <Outage />
        <p>{t('signInIntro')}</p>
        {way.error && (
          <ErrorNotice error={way.error}>
            <RetryTime at={way.failed?.retryAt ?? null} />
            {isOtherUp && <p>{td('otherDoorWorks')}</p>}
            <StatusLink />
          </ErrorNotice>
        )}
        {doors === null && link.state === 'online' && <Working />}
        {doors === null && link.state !== 'online' && (
          <Notice tone="warn" live="status">
            <p>{t('doorsUnknown')}</p>
          </Notice>
        )}
        {doors?.length === 0 && (
          <Notice tone="warn" live="status">
            <p>{t('noDoor')}</p>
          </Notice>
        )}
        <GoOnAlone />
        {doors !== null && <DoorList doors={doors} way={way} failed={failed} />}
        {!isLedToStatus && <StatusLink />}
      </div>
    </Page>
  )
}
