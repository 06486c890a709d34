import { problemRegistry } from '@sidep/contracts'
import type { AmendOutcome } from '@sidep/sdk/parts'
import { useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { Button, Notice } from '../../../shared/ui/index.ts'
import { correctionMessages } from '../../record/correction-messages.ts'
import { ErrorNotice } from '../error-notice.tsx'

export type NotDoneOutcome = Extract<
  AmendOutcome,
  { readonly kind: 'refused' | 'under-way' | 'not-kept' }
>

/** Why a correction or a withdrawal was not made; what was typed stays. */
export const NotDone = ({
  outcome,
  act,
  onReread,
}: {
  readonly outcome: NotDoneOutcome
  readonly act: 'correct' | 'withdraw'
  readonly onReread: () => void
}) => {
  const t = useMessages(correctionMessages)
  const { language } = useLanguage()
  if (outcome.kind === 'under-way')
    return (
      <Notice tone="warn" live="alert">
        <p>{t('underWay')}</p>
      </Notice>
    )
  if (outcome.kind === 'not-kept')
    return outcome.error === null ? (
      <Notice tone="bad" live="alert">
        <p>{t('notKept')}</p>
      </Notice>
    ) : (
      <ErrorNotice error={outcome.error}>
        <p>{t('notKept')}</p>
      </ErrorNotice>
    )
  const { code, support, faults } = outcome.refusal
  const isStale = code === 'SCREENING_CHANGED' || code === 'SCREENING_WITHDRAWN'
  return (
    <Notice
      tone="bad"
      live="alert"
      title={t(act === 'correct' ? 'refused' : 'refusedWithdrawal')}
      supportCode={support}
    >
      <p>{problemRegistry[code].title[language]}</p>
      {faults.length > 0 && (
        <p className="small">
          {faults.map(({ pointer, code: fault }) => `${pointer} ${fault}`).join(', ')}
        </p>
      )}
      {isStale && (
        <div>
          <Button onPress={onReread}>{t('again')}</Button>
        </div>
      )}
    </Notice>
  )
}
