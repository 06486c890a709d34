import { lateReasons } from '@sidep/contracts'
import { useMessages } from '../../shared/messages/index.ts'
import { Select } from '../../shared/ui/index.ts'
import { useDraftField } from '../context.ts'
import { messages } from '../messages.ts'
import { type FormProps, useFaultWords } from './draft-text.tsx'

const isReason = (value: string): value is (typeof lateReasons)[number] =>
  lateReasons.some((reason) => reason === value)

/** Why a test of more than a day ago is entered now: the portal keeps it, and takes nothing without. */
export const LateReasonField = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const lateReason = useDraftField('lateReason')
  const error = useFaultWords(form, 'lateReason')
  return (
    <div data-field="lateReason">
      <Select
        label={t('lateReason')}
        name="lateReason"
        value={lateReason === '' ? 'none' : lateReason}
        onChange={(value) => form.change({ lateReason: isReason(value) ? value : '' })}
        error={error}
        options={[
          { value: 'none', label: t('lateReasonNone') },
          ...lateReasons.map((value) => ({ value, label: t(`lateReason_${value}`) })),
        ]}
      />
    </div>
  )
}
