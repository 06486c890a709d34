import type { VendorDelegationView, VendorRequestView } from '@sidep/contracts'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Type } from 'typebox'
import type { ApiError } from '../../../shared/api/index.ts'
import { localeOf, useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { Button, News, Notice, TextField, Working } from '../../../shared/ui/index.ts'
import { useNow, useSiteZone, useSoftware, useSoftwareList } from '../../context.ts'
import { takeAct } from '../../session/pending-act.ts'
import { ErrorNotice } from '../error-notice.tsx'
import { ActError } from '../fresh-sign-in.tsx'
import { moment } from '../team/moment.ts'
import { softwareMessages } from './software-messages.ts'

const scopeWords = {
  'screenings.record': 'scope_record',
  'screenings.read': 'scope_read',
  'screenings.correct': 'scope_correct',
  continuity: 'scope_continuity',
} as const
type KnownScope = keyof typeof scopeWords
const isKnown = (scope: string): scope is KnownScope => Object.hasOwn(scopeWords, scope)

/** The code that the address brings, when the software opened it. */
const codeOfAddress = (): string => new URLSearchParams(location.search).get('logiciel') ?? ''

/** Which software works for one, letting another, and taking it back. */
export const SoftwarePanel = () => {
  const t = useMessages(softwareMessages)
  const software = useSoftware()
  const { delegations, error } = useSoftwareList()
  const timeOf = useTimes()
  const [news, setNews] = useState<string | null>(null)
  const [failed, setFailed] = useState<{ readonly id: string; readonly error: ApiError } | null>(
    null,
  )
  const [ending, setEnding] = useState<string | null>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    void software.read()
  }, [software])
  // The button that was pressed went with its line.
  useEffect(() => {
    if (news !== null) heading.current?.focus()
  }, [news])
  const end = async ({ id, vendor }: VendorDelegationView): Promise<void> => {
    if (ending !== null) return
    setFailed(null)
    setEnding(id)
    const refused = await software.end(id)
    setEnding(null)
    if (refused === null) setNews(t('ended', { vendor: vendor.name }))
    else setFailed({ id, error: refused })
  }
  return (
    <section className="panel" aria-labelledby="software">
      <h2 id="software" ref={heading} tabIndex={-1}>
        {t('title')}
      </h2>
      <p>{t('intro')}</p>
      <News>{news}</News>
      <RequestForm onDecided={setNews} />
      {error && <ErrorNotice error={error} />}
      {delegations === null && error === null && <Working />}
      {delegations?.length === 0 && <p>{t('none')}</p>}
      <ul className="plain-list lined-list">
        {delegations?.map((one) => (
          <li key={one.id} className="lined-item">
            <span className="lined-words">
              <strong>{one.vendor.name}</strong>
              <span>{one.site.name}</span>
              <span className="number muted">{t('since', { time: timeOf(one.grantedAt) })}</span>
              <span className="number">{t('until', { time: timeOf(one.endsAt) })}</span>
            </span>
            <Button
              aria-label={t('endOf', { vendor: one.vendor.name, site: one.site.name })}
              isPending={ending === one.id}
              onPress={() => void end(one)}
            >
              {t('end')}
            </Button>
          </li>
        ))}
      </ul>
      {failed !== null && (
        <ActError error={failed.error} title={t('endFailed')} act="software" typed="" />
      )}
    </section>
  )
}

const useTimes = (): ((text: string) => string) => {
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const now = useNow(30_000)
  return (text) => moment(new Date(text), now, localeOf[language], timeZone)
}

/** A code, then who asks for what, then the answer. */
const RequestForm = ({ onDecided }: { readonly onDecided: (news: string | null) => void }) => {
  const t = useMessages(softwareMessages)
  const software = useSoftware()
  const timeOf = useTimes()
  // Back from a fresh sign-in: the code is there, and the question is asked again.
  const [code, setCode] = useState(() => takeAct('software', Type.String()) || codeOfAddress())
  const [isEmpty, setIsEmpty] = useState(false)
  const [request, setRequest] = useState<VendorRequestView | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [isWorking, setIsWorking] = useState(false)

  const look = async (): Promise<void> => {
    setError(null)
    setRequest(null)
    onDecided(null)
    setIsEmpty(code.trim() === '')
    if (code.trim() === '') return
    setIsWorking(true)
    const asked = await software.look(code)
    setIsWorking(false)
    if (asked.ok) setRequest(asked.request)
    else setError(asked.error)
  }
  const decide = async (
    { vendor, endsAt }: VendorRequestView,
    decision: 'accept' | 'refuse',
  ): Promise<void> => {
    if (isWorking) return
    setError(null)
    setIsWorking(true)
    const failed = await software.decide(code, decision)
    setIsWorking(false)
    if (failed !== null) {
      setError(failed)
      return
    }
    setRequest(null)
    setCode('')
    const words = { vendor: vendor.name, time: timeOf(endsAt) }
    onDecided(decision === 'accept' ? t('accepted', words) : t('refused', words))
  }
  return (
    <>
      <form
        className="stack"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          if (!isWorking) void look()
        }}
      >
        <TextField
          label={t('code')}
          description={t('codeHelp')}
          value={code}
          onChange={(text) => {
            setCode(text.slice(0, 20))
            setIsEmpty(false)
            setRequest(null)
          }}
          error={isEmpty ? t('codeEmpty') : null}
          autoCapitalize="characters"
        />
        <div className="actions">
          <Button type="submit" isPending={isWorking && request === null}>
            {t('look')}
          </Button>
        </div>
      </form>
      {request !== null && (
        <Notice tone="info" live="status">
          <p>
            <strong>
              {t('asks', {
                vendor: request.vendor.name,
                time: timeOf(request.endsAt),
                site: request.site.name,
              })}
            </strong>
          </p>
          <p>{t('permits')}</p>
          <ul>
            {request.scopes.filter(isKnown).map((scope) => (
              <li key={scope}>{t(scopeWords[scope])}</li>
            ))}
          </ul>
          <p>{t('answerable')}</p>
          <div className="actions">
            <Button
              variant="primary"
              isPending={isWorking}
              onPress={() => void decide(request, 'accept')}
            >
              {t('accept')}
            </Button>
            <Button onPress={() => void decide(request, 'refuse')}>{t('refuse')}</Button>
          </div>
        </Notice>
      )}
      {error && (
        <ActError
          error={error}
          title={t(request === null ? 'lookFailed' : 'decideFailed')}
          act="software"
          typed={code}
        />
      )}
    </>
  )
}
