import type { Preview } from '@sidep/contracts'
import { previewAct } from '@sidep/contracts/endpoints'
import { useState } from 'react'
import { type ApiError, errorWords, isProblem } from '../../shared/api/index.ts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Dialog, LinkButton, Notice, TextField } from '../../shared/ui/index.ts'
import type { OperatorSession } from '../operator-session.ts'
import { wayOf } from '../way-of.ts'
import { Choices } from './act-choices.tsx'
import { actMessages } from './act-messages.ts'
import { type ActKind, fieldsOf, previewFor, startOf, type Typed } from './act-request.ts'
import { sendAct } from './send-act.ts'

export interface ActDialogProps {
  readonly kind: ActKind
  /** Of `take`, `note` and `close`. */
  readonly incident: string | null
  /** What stands in the form at first, where the act begins at what it is about. */
  readonly given: Typed
  readonly session: OperatorSession
  readonly onClose: () => void
}

const counts = [
  'sites',
  'certificates',
  'people',
  'sessions',
  'booklets',
  'slips',
  'messages',
] as const

/** How each is taken back, of those that touch something; the others cannot be. */
const undone = {
  door: 'undo_door',
  feed: 'undo_feed',
  suspension: 'undo_suspension',
  notice: 'undo_notice',
  signNotice: 'undo_signNotice',
  withdrawNotice: 'undo_withdrawNotice',
} as const satisfies Partial<Record<ActKind, string>>

const undoOf = (kind: ActKind, { to }: Typed) => {
  if (kind === 'door' && to === 'probes') return 'undo_doorBack'
  if (kind === 'suspension' && to === 'lifted') return 'undo_lift'
  return kind in undone ? undone[kind as keyof typeof undone] : 'notUndoable'
}

/** What one does that touches no more than words. */
const wordsOnly = {
  open: 'words_open',
  take: 'words_take',
  note: 'words_note',
  close: 'words_close',
  closeFraud: 'words_closeFraud',
} as const satisfies Partial<Record<ActKind, string>>

/** What an act touches, counted by the portal a moment ago. */
const Touches = ({
  kind,
  typed,
  preview,
}: {
  readonly kind: ActKind
  readonly typed: Typed
  readonly preview: Preview | null
}) => {
  const t = useMessages(actMessages)
  if (preview === null)
    return kind in wordsOnly ? (
      <Notice tone="info" live="status">
        <p>{t(wordsOnly[kind as keyof typeof wordsOnly])}</p>
      </Notice>
    ) : null
  return (
    <Notice tone={preview.isUndoable ? 'info' : 'warn'} live="status" title={t('touches')}>
      <ul>
        {counts.map((name) => {
          const count = preview[name]
          return count === undefined ? null : <li key={name}>{t(`count_${name}`, { count })}</li>
        })}
      </ul>
      <p>{t(undoOf(kind, typed))}</p>
    </Notice>
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

const helpOf = { since: 'sinceHelp', until: 'untilHelp', sites: 'sitesHelp' } as const

/** An act in three steps: what is meant, what it touches, and doing it, with a reason. */
export const ActDialog = ({ kind, incident, given, session, onClose }: ActDialogProps) => {
  const t = useMessages(actMessages)
  const [typed, setTyped] = useState<Typed>({ ...startOf[kind], ...given })
  const [seen, setSeen] = useState<{ readonly preview: Preview | null } | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [missing, setMissing] = useState<'incomplete' | 'reasonMissing' | null>(null)
  const [isPending, setPending] = useState(false)
  const [done, setDone] = useState<'done' | 'wasSo' | null>(null)
  const set = (name: string) => (value: string) => {
    setTyped((before) => ({ ...before, [name]: value }))
    // What was seen was of what stood there before.
    if (name !== 'reason') setSeen(null)
    setMissing(null)
    setError(null)
  }

  const look = async (): Promise<void> => {
    const asked = previewFor(kind, typed)
    if (asked === null) return setMissing('incomplete')
    if (asked === 'nothing') return setSeen({ preview: null })
    setPending(true)
    const answer = await session.api.ask(previewAct, { body: asked })
    setPending(false)
    if (answer.ok) setSeen({ preview: answer.value })
    else setError(answer.error)
  }
  const act = async (): Promise<void> => {
    if ((typed.reason ?? '').trim().length < 3) return setMissing('reasonMissing')
    setPending(true)
    const answer = await sendAct(session.api, kind, typed, {
      incident: incident ?? '',
      certificates: seen?.preview?.certificates ?? 0,
      now: session.now(),
    })
    setPending(false)
    if (!answer.ok) {
      setError(answer.error)
      // What it would touch is read again before the next try.
      if (isProblem(answer.error, 'PREVIEW_OUTDATED')) setSeen(null)
      return
    }
    const isSame = answer.value !== null && 'isChanged' in answer.value && !answer.value.isChanged
    setDone(isSame ? 'wasSo' : 'done')
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
            {given.words !== undefined && <p className="quoted">{given.words}</p>}
            {fieldsOf[kind].map((name, index) => (
              <TextField
                key={name}
                label={t(name)}
                value={typed[name] ?? ''}
                onChange={set(name)}
                autoFocus={index === 0}
                {...(name in helpOf ? { description: t(helpOf[name as keyof typeof helpOf]) } : {})}
              />
            ))}
            {seen !== null && (
              <>
                <Touches kind={kind} typed={typed} preview={seen.preview} />
                <TextField
                  label={t('reason')}
                  description={t('reasonHelp')}
                  value={typed.reason ?? ''}
                  onChange={set('reason')}
                  autoFocus
                />
              </>
            )}
            {missing !== null && (
              <p role="alert" className="field-error">
                {t(missing)}
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
