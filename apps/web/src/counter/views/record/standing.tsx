import { mayBeTakenBack } from '@sidep/continuity'
import { problemRegistry } from '@sidep/contracts'
import { localeOf, useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { Button, Notice, Tag } from '../../../shared/ui/index.ts'
import { useCounter, useNowHere, useSiteZone } from '../../context.ts'
import { differences } from '../../form/correction.ts'
import { inputOf, type Row } from '../../lists/rows.ts'
import { type HeldAmendment, refusalOf } from '../../outbox/content.ts'
import { correctionMessages } from '../../record/correction-messages.ts'
import { moment } from '../team/moment.ts'
import { Differences } from './correction-words.tsx'

/** In a list, whether a screening was put right or taken back, or is to be. */
export const ChangeTags = ({ row: { change, amendment } }: { readonly row: Row }) => {
  const t = useMessages(correctionMessages)
  return (
    <>
      {change && (
        <Tag tone={change.kind === 'withdrawn' ? 'bad' : 'info'} icon="pencil">
          {t(change.kind)}
        </Tag>
      )}
      {amendment && <AmendmentTag amendment={amendment} />}
    </>
  )
}

const AmendmentTag = ({ amendment }: { readonly amendment: HeldAmendment }) => {
  const t = useMessages(correctionMessages)
  const isCorrection = amendment.screening.amendment.act === 'correct'
  if (amendment.stage === 'refused')
    return (
      <Tag tone="bad" icon="error">
        {t(isCorrection ? 'toSendRefused' : 'toSendRefusedWithdrawal')}
      </Tag>
    )
  return (
    <Tag tone="warn" icon="clock">
      {t(isCorrection ? 'toSend' : 'toSendWithdrawal')}
    </Tag>
  )
}

/** In the record, what was changed and why. */
export const ChangeNotice = ({ row: { change } }: { readonly row: Row }) => {
  const t = useMessages(correctionMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const now = useNowHere(60_000)
  if (change === undefined) return null
  const at = moment(new Date(change.at), now, localeOf[language], timeZone)
  const reason = t(`reason_${change.reason}`).toLocaleLowerCase(localeOf[language])
  return (
    <Notice tone={change.kind === 'withdrawn' ? 'bad' : 'info'}>
      <p>
        {change.kind === 'withdrawn'
          ? t('withdrawnAt', { at, reason })
          : t('correctedAt', { at, reason, number: change.version })}
      </p>
    </Notice>
  )
}

/** What is to be sent, or was refused; and until then, what the paper says. */
export const AmendmentNotice = ({
  row,
  hasPaper,
}: {
  readonly row: Row
  /** Somebody holds a paper, or can open one, that says what was wrong. */
  readonly hasPaper: boolean
}) => {
  const t = useMessages(correctionMessages)
  const { language } = useLanguage()
  const counter = useCounter()
  const { amendment } = row
  if (amendment === null) return null
  const refusal = refusalOf(amendment)
  const isCorrection = amendment.screening.amendment.act === 'correct'
  const mayGiveUp = mayBeTakenBack(amendment)
  const giveUp = mayGiveUp && (
    <div>
      <Button onPress={() => void counter.recallAmendment(amendment.id)}>
        {t(isCorrection ? 'giveUp' : 'giveUpWithdrawal')}
      </Button>
    </div>
  )
  if (refusal !== null)
    return (
      <Notice
        tone="bad"
        title={t(isCorrection ? 'refused' : 'refusedWithdrawal')}
        supportCode={refusal.support}
      >
        <p>{problemRegistry[refusal.code].title[language]}</p>
        {isCorrection && <Intended row={row} amendment={amendment} />}
        {giveUp}
      </Notice>
    )
  return (
    <Notice tone="warn" title={t(isCorrection ? 'waiting' : 'waitingWithdrawal')}>
      {isCorrection && <Intended row={row} amendment={amendment} />}
      {hasPaper && <p>{t('waitingHelp')}</p>}
      <p>{t('waitingNoPaper')}</p>
      {!mayGiveUp && <p>{t('underWay')}</p>}
      {giveUp}
    </Notice>
  )
}

/** What a correction will say otherwise. */
const Intended = ({ row, amendment }: { readonly row: Row; readonly amendment: HeldAmendment }) => {
  const { result } = row
  const before = { ...inputOf(row), ...(result === null ? {} : { result }) }
  const { input } = amendment.screening
  const parts = differences({ input: before, isContactShown: false }, input)
  return (
    <Differences
      before={before}
      contactBefore={row.contactHint ?? null}
      after={input}
      parts={parts}
    />
  )
}
