import { lateReasons } from '@sidep/contracts'
import { useMessages } from '../../shared/messages/index.ts'
import { Select } from '../../shared/ui/index.ts'
import { messages } from '../messages.ts'
import { faultKey } from '../words.ts'
import type { ScreeningForm } from './use-screening-form.ts'

const isReason = (value: string): value is (typeof lateReasons)[number] =>
  lateReasons.some((reason) => reason === value)

/** Why a test of more than a day ago is entered now: the portal keeps it, and takes nothing without. */
export const LateReasonField = ({ form }: { readonly form: ScreeningForm }) => {
  const t = useMessages(messages)
  const { fields, faults } = form
  return (
    <div data-field="lateReason">
      <Select
        label={t('lateReason')}
        name="lateReason"
        value={fields.lateReason === '' ? 'none' : fields.lateReason}
        onChange={(value) => form.change({ lateReason: isReason(value) ? value : '' })}
        error={faults.lateReason === undefined ? null : t(faultKey(faults.lateReason))}
        options={[
          { value: 'none', label: t('lateReasonNone') },
          ...lateReasons.map((value) => ({ value, label: t(`lateReason_${value}`) })),
        ]}
      />
    </div>
  )
}
