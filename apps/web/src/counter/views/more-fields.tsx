import { screeningReasons } from '@sidep/contracts'
import { useMessages } from '../../shared/messages/index.ts'
import { ChoiceGroup, Disclosure, Select } from '../../shared/ui/index.ts'
import type { FieldName } from '../form/draft.ts'
import { messages } from '../messages.ts'
import { faultKey } from '../words.ts'
import { DraftText } from './identity-fields.tsx'
import type { ScreeningForm } from './use-screening-form.ts'

/** Fields that are folded unless needed. */
export const moreFieldNames: readonly FieldName[] = [
  'symptoms',
  'onset',
  'reason',
  'postalCode',
  'language',
]

const reasonKeys = {
  pass: 'reasonPass',
  symptoms: 'reasonSymptoms',
  contact: 'reasonContact',
  travel: 'reasonTravel',
  care: 'reasonCare',
  'screening-campaign': 'reasonCampaign',
  other: 'reasonOther',
} as const

interface MoreFieldsProps {
  readonly form: ScreeningForm
  readonly isExpanded: boolean
  readonly onExpandedChange: (isExpanded: boolean) => void
}

export const MoreFields = ({ form, isExpanded, onExpandedChange }: MoreFieldsProps) => {
  const t = useMessages(messages)
  const { fields, faults } = form
  const errorOf = (name: FieldName): string | null => {
    const fault = faults[name]
    return fault === undefined ? null : t(faultKey(fault))
  }
  return (
    <Disclosure title={t('more')} isExpanded={isExpanded} onExpandedChange={onExpandedChange}>
      <div className="form-part">
        <div data-field="symptoms">
          <ChoiceGroup
            label={t('symptoms')}
            name="symptoms"
            optional
            value={fields.symptoms === '' ? null : fields.symptoms}
            onChange={(symptoms) => form.change({ symptoms })}
            error={errorOf('symptoms')}
            choices={[
              { value: 'none', label: t('symptomsNone') },
              { value: 'present', label: t('symptomsPresent') },
              { value: 'unknown', label: t('symptomsUnknown') },
            ]}
          />
        </div>
        {fields.symptoms === 'present' && (
          <DraftText form={form} name="onset" label={t('onset')} inputMode="numeric" optional />
        )}
        <div data-field="reason">
          <Select
            label={t('reason')}
            name="reason"
            optional
            value={fields.reason === '' ? 'none' : fields.reason}
            onChange={(reason) => form.change({ reason: reason === 'none' ? '' : reason })}
            error={errorOf('reason')}
            options={[
              { value: 'none', label: t('reasonNone') },
              ...screeningReasons.map((reason) => ({
                value: reason,
                label: t(reasonKeys[reason]),
              })),
            ]}
          />
        </div>
        <DraftText
          form={form}
          name="postalCode"
          label={t('postalCode')}
          inputMode="numeric"
          optional
        />
        <div data-field="language">
          <ChoiceGroup
            label={t('language')}
            name="language"
            value={fields.language}
            onChange={(language) => form.change({ language })}
            error={errorOf('language')}
            choices={[
              { value: 'fr', label: t('french') },
              { value: 'en', label: t('english') },
            ]}
          />
        </div>
      </div>
    </Disclosure>
  )
}
