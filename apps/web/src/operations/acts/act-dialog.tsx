import type { Preview } from '@sidep/contracts'
import {
  actOnIncident,
  pauseFeed,
  previewAct,
  revokeIssued,
  sayDoor,
  suspendProfessional,
  withdrawPapers,
} from '@sidep/contracts/endpoints'
import { useState } from 'react'
import { type ApiClient, type ApiError, errorWords, isProblem } from '../../shared/api/index.ts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import {
  Button,
  ChoiceGroup,
  Dialog,
  LinkButton,
  Notice,
  TextField,
} from '../../shared/ui/index.ts'
import type { OperatorSession } from '../operator-session.ts'
import { useComponentName } from '../views/component-name.ts'
import { wayOf } from '../way-of.ts'
import { actMessages } from './act-messages.ts'
import {
  type ActKind,
  feeds,
  fieldsOf,
  previewFor,
  startOf,
  type Typed,
  watched,
} from './act-request.ts'

export interface ActDialogProps {
  readonly kind: ActKind
  /** Of `take` and `note`. */
  readonly incident: string | null
  readonly session: OperatorSession
  readonly onClose: () => void
}

type Answered = Awaited<ReturnType<typeof send>>

/** The act itself, as the form and the preview say it. */
const send = (
  api: ApiClient,
  kind: ActKind,
  typed: Typed,
  { incident, certificates }: { readonly incident: string; readonly certificates: number },
) => {
  const reason = (typed.reason ?? '').trim()
  const preview = previewFor(kind, typed)
  if (kind === 'open') {
    const component = watched.find((one) => one === typed.component) ?? 'entry'
    return api.ask(actOnIncident, { body: { kind, component, reason } })
  }
  if (kind === 'take' || kind === 'close')
    return api.ask(actOnIncident, { body: { kind, incident, reason } })
  if (kind === 'note') {
    const [fr, en] = [(typed.noteFr ?? '').trim(), (typed.noteEn ?? '').trim()]
    return api.ask(actOnIncident, { body: { kind, incident, fr, en, reason } })
  }
  if (preview === null || preview === 'nothing')
    throw new Error('the form is filled before it is sent')
  switch (preview.of) {
    case 'door': {
      const to = typed.to === 'up' || typed.to === 'probes' ? typed.to : 'down'
      return api.ask(sayDoor, { body: { door: preview.door, to, hours: 8, reason } })
    }
    case 'feed': {
      const to = typed.to === 'running' ? 'running' : 'paused'
      return api.ask(pauseFeed, { body: { feed: preview.feed, to, reason } })
    }
    case 'suspension': {
      const to = typed.to === 'lifted' ? 'lifted' : 'suspended'
      const { professional } = preview
      return api.ask(suspendProfessional, { body: { professional, to, reason } })
    }
    case 'revocation': {
      const { professional, since } = preview
      return api.ask(revokeIssued, { body: { professional, since, certificates, reason } })
    }
    case 'withdrawal': {
      const why = whys.find((one) => one === typed.why) ?? 'stolen'
      const { papers, site } = preview
      return api.ask(withdrawPapers, { body: { papers, site, why, reason } })
    }
  }
}

const whys = ['stolen', 'lost', 'misused', 'replaced'] as const
const counts = [
  'sites',
  'certificates',
  'people',
  'sessions',
  'booklets',
  'slips',
  'messages',
] as const

/** What an act touches, counted by the portal a moment ago. */
const Touches = ({ preview }: { readonly preview: Preview | null }) => {
  const t = useMessages(actMessages)
  if (preview === null) return <p>{t('nothingTouched')}</p>
  return (
    <Notice tone={preview.isUndoable ? 'info' : 'warn'} live="status" title={t('touches')}>
      <ul>
        {counts.map((name) => {
          const count = preview[name]
          return count === undefined ? null : <li key={name}>{t(`count_${name}`, { count })}</li>
        })}
      </ul>
      <p>{t(preview.isUndoable ? 'undoable' : 'notUndoable')}</p>
    </Notice>
  )
}

/** Choices of an act, besides what is typed. */
const Choices = ({
  kind,
  typed,
  set,
}: {
  readonly kind: ActKind
  readonly typed: Typed
  readonly set: (name: string) => (value: string) => void
}) => {
  const t = useMessages(actMessages)
  const nameOf = useComponentName()
  const chosen = (name: string): string | null => typed[name] ?? null
  if (kind === 'door')
    return (
      <>
        <ChoiceGroup
          label={t('door')}
          choices={(['ecps', 'card'] as const).map((value) => ({
            value,
            label: t(`door_${value}`),
          }))}
          value={chosen('door')}
          onChange={set('door')}
        />
        <ChoiceGroup
          label={t('doorTo')}
          choices={(['down', 'up', 'probes'] as const).map((value) => ({
            value,
            label: t(`to_${value}`),
          }))}
          value={chosen('to')}
          onChange={set('to')}
        />
      </>
    )
  if (kind === 'open')
    return (
      <ChoiceGroup
        label={t('what')}
        choices={watched.map((value) => ({ value, label: nameOf(value) }))}
        value={chosen('component')}
        onChange={set('component')}
      />
    )
  if (kind === 'feed')
    return (
      <>
        <ChoiceGroup
          label={t('feed')}
          choices={feeds.map((value) => ({ value, label: t(`feed_${value}`) }))}
          value={chosen('feed')}
          onChange={set('feed')}
        />
        <ChoiceGroup
          label={t('feedTo')}
          choices={(['paused', 'running'] as const).map((value) => ({
            value,
            label: t(`to_${value}`),
          }))}
          value={chosen('to')}
          onChange={set('to')}
        />
      </>
    )
  if (kind === 'withdrawal')
    return (
      <>
        <ChoiceGroup
          label={t('papers')}
          choices={(['booklets', 'slips'] as const).map((value) => ({
            value,
            label: t(`papers_${value}`),
          }))}
          value={chosen('papers')}
          onChange={set('papers')}
        />
        <ChoiceGroup
          label={t('why')}
          choices={whys.map((value) => ({ value, label: t(`why_${value}`) }))}
          value={chosen('why')}
          onChange={set('why')}
        />
      </>
    )
  if (kind !== 'suspension') return null
  return (
    <ChoiceGroup
      label={t('suspensionTo')}
      choices={(['suspended', 'lifted'] as const).map((value) => ({
        value,
        label: t(`to_${value}`),
      }))}
      value={chosen('to')}
      onChange={set('to')}
    />
  )
}

/** Why it was not done; an act that asks for a fresh sign-in leads to the doors. */
const Refused = ({
  error,
  device,
}: {
  readonly error: ApiError
  readonly device: string | null
}) => {
  const t = useMessages(actMessages)
  const { language } = useLanguage()
  if (isProblem(error, 'FRESH_SIGN_IN_REQUIRED'))
    return (
      <Notice tone="warn" live="alert">
        <p>{t('fresh')}</p>
        <div className="actions">
          <LinkButton href={wayOf('/login/ecps', device)}>{t('door_ecps')}</LinkButton>
          <LinkButton href={wayOf('/login/card', device)}>{t('door_card')}</LinkButton>
        </div>
      </Notice>
    )
  const { sentence, supportCode } = errorWords(error, language)
  return (
    <Notice tone="bad" live="alert" supportCode={supportCode}>
      <p>{sentence}</p>
    </Notice>
  )
}

/** An act in three steps: what is meant, what it touches, and doing it, with a reason. */
export const ActDialog = ({ kind, incident, session, onClose }: ActDialogProps) => {
  const t = useMessages(actMessages)
  const [typed, setTyped] = useState<Typed>(startOf[kind])
  const [seen, setSeen] = useState<{ readonly preview: Preview | null } | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [isIncomplete, setIncomplete] = useState(false)
  const [isPending, setPending] = useState(false)
  const [done, setDone] = useState<'done' | 'wasSo' | null>(null)
  const set = (name: string) => (value: string) => {
    setTyped((before) => ({ ...before, [name]: value }))
    // What was seen was of what stood there before.
    if (name !== 'reason') setSeen(null)
    setIncomplete(false)
    setError(null)
  }

  const look = async (): Promise<void> => {
    const asked = previewFor(kind, typed)
    if (asked === null) return setIncomplete(true)
    if (asked === 'nothing') return setSeen({ preview: null })
    setPending(true)
    const answer = await session.api.ask(previewAct, { body: asked })
    setPending(false)
    if (answer.ok) setSeen({ preview: answer.value })
    else setError(answer.error)
  }
  const act = async (): Promise<void> => {
    if ((typed.reason ?? '').trim().length < 3) return setIncomplete(true)
    setPending(true)
    const answer: Answered = await send(session.api, kind, typed, {
      incident: incident ?? '',
      certificates: seen?.preview?.certificates ?? 0,
    })
    setPending(false)
    if (!answer.ok) {
      setError(answer.error)
      // What it would touch is read again before the next try.
      if (isProblem(answer.error, 'PREVIEW_OUTDATED')) setSeen(null)
      return
    }
    setDone(answer.value === null || answer.value.isChanged ? 'done' : 'wasSo')
  }

  return (
    <Dialog title={t(`act_${kind}`)} isOpen onClose={onClose} isDismissable={!isPending}>
      <div className="stack">
        {done !== null ? (
          <>
            <Notice tone="good" live="status" title={t(done)} />
            <div className="actions end">
              <Button variant="primary" autoFocus onPress={onClose}>
                OK
              </Button>
            </div>
          </>
        ) : (
          <>
            <Choices kind={kind} typed={typed} set={set} />
            {fieldsOf[kind].map((name, index) => (
              <TextField
                key={name}
                label={t(name)}
                value={typed[name] ?? ''}
                onChange={set(name)}
                autoFocus={index === 0}
                {...(name === 'since' ? { description: t('sinceHelp') } : {})}
              />
            ))}
            {seen !== null && (
              <>
                <Touches preview={seen.preview} />
                <TextField
                  label={t('reason')}
                  description={t('reasonHelp')}
                  value={typed.reason ?? ''}
                  onChange={set('reason')}
                  autoFocus
                />
              </>
            )}
            {isIncomplete && (
              <p role="alert" className="field-error">
                {t('incomplete')}
              </p>
            )}
            {error !== null && <Refused error={error} device={session.device} />}
            <div className="actions end">
              {seen === null ? (
                <Button variant="primary" isPending={isPending} onPress={() => void look()}>
                  {t('see')}
                </Button>
              ) : (
                <Button
                  variant={seen.preview?.isUndoable === false ? 'danger' : 'primary'}
                  isPending={isPending}
                  onPress={() => void act()}
                >
                  {t('do')}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
    </Dialog>
  )
}
