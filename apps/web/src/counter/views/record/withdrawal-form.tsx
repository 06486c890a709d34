import type { ScreeningWithdrawalReason } from '@sidep/contracts'
import { useEffect, useRef, useState } from 'react'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button, ChoiceGroup, Confirm, Working } from '../../../shared/ui/index.ts'
import { actingChange } from '../../acting/acting-for.ts'
import { useCounter } from '../../context.ts'
import type { Row } from '../../lists/rows.ts'
import { correctionMessages } from '../../record/correction-messages.ts'
import { fullName } from '../../words.ts'
import type { AmendDone } from './amend-view-props.ts'
import { Consequences } from './consequences.tsx'
import { NotDone, type NotDoneOutcome } from './not-done.tsx'

const whys = [
  'wrong-person',
  'entered-twice',
  'not-carried-out',
  'invalid-test',
  'other',
] as const satisfies readonly ScreeningWithdrawalReason[]

/** Takes a screening back, for a reason that the portal keeps. */
export const WithdrawalForm = ({
  row,
  onBack,
  onReread,
  onDone,
}: {
  readonly row: Row
  readonly onBack: () => void
  readonly onReread: () => void
  readonly onDone: (done: AmendDone) => void
}) => {
  const t = useMessages(correctionMessages)
  const counter = useCounter()
  const element = useRef<HTMLDivElement>(null)
  const begun = row.amendment?.screening.amendment
  const [why, setWhy] = useState<ScreeningWithdrawalReason | null>(
    begun?.act === 'withdraw' ? begun.reason : null,
  )
  const [isMissing, setIsMissing] = useState(false)
  const [isAsking, setIsAsking] = useState(false)
  const [isSending, setIsSending] = useState(false)
  const [notDone, setNotDone] = useState<NotDoneOutcome | null>(null)
  const { contact } = row.person
  useEffect(() => element.current?.querySelector('input')?.focus(), [])

  const send = async (reason: ScreeningWithdrawalReason): Promise<void> => {
    if (isSending || actingChange(counter.store.get()) !== null) return
    setIsSending(true)
    setNotDone(null)
    try {
      const outcome = await counter.withdraw(row, reason)
      const { kind } = outcome
      if (kind === 'done' || kind === 'here' || kind === 'queued') return onDone(kind)
      setNotDone(outcome)
    } finally {
      setIsSending(false)
    }
  }

  return (
    <div ref={element} className="withdrawal-form stack">
      <p className="name">{fullName(row.person)}</p>
      <ChoiceGroup
        label={t('why')}
        name="why"
        value={why}
        onChange={(chosen) => {
          setWhy(chosen)
          setIsMissing(false)
        }}
        error={isMissing ? t('whyRequired') : null}
        isDisabled={isSending}
        choices={whys.map((value) => ({ value, label: t(`reason_${value}`) }))}
      />
      <Consequences
        row={row}
        act="withdraw"
        contact={contact?.phone ?? contact?.email ?? row.contactHint ?? null}
        result={null}
      />
      {notDone && <NotDone outcome={notDone} act="withdraw" onReread={onReread} />}
      <div className="actions">
        <Button
          variant="danger"
          isPending={isSending}
          onPress={() => (why === null ? setIsMissing(true) : setIsAsking(true))}
        >
          {t('withdraw')}
        </Button>
        <Button isDisabled={isSending} onPress={onBack}>
          {t('back')}
        </Button>
      </div>
      {isSending && <Working>{t('sending')}</Working>}
      <Confirm
        title={t('withdrawAsk')}
        isOpen={isAsking}
        danger
        confirmLabel={t('withdrawYes')}
        cancelLabel={t('back')}
        onCancel={() => setIsAsking(false)}
        onConfirm={() => {
          setIsAsking(false)
          if (why !== null) void send(why)
        }}
      >
        <p className="name">{fullName(row.person)}</p>
        {why !== null && <p>{t(`reason_${why}`)}</p>}
      </Confirm>
    </div>
  )
}
