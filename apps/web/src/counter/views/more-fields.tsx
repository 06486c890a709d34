import { screeningReasons } from '@sidep/contracts'
import { useMessages } from '../../shared/messages/index.ts'
import { ChoiceGroup, Disclosure, Select } from '../../shared/ui/index.ts'
import { useDraftField } from '../context.ts'
import type { FieldName } from '../form/draft.ts'
import { messages } from '../messages.ts'
import { DraftText, type FormProps, useFaultWords } from './draft-text.tsx'

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

interface MoreFieldsProps extends FormProps {
  readonly isExpanded: boolean
  readonly onExpandedChange: (isExpanded: boolean) => void
}

export const MoreFields = ({ form, isExpanded, onExpandedChange }: MoreFieldsProps) => {
  const t = useMessages(messages)
  return (
    <Disclosure title={t('more')} isExpanded={isExpanded} onExpandedChange={onExpandedChange}>
      <div className="form-part">
        <SymptomsFields form={form} />
        <ReasonField form={form} />
        <DraftText
          form={form}
          name="postalCode"
          label={t('postalCode')}
          inputMode="numeric"
          optional
        />
        <LanguageField form={form} />
      </div>
    </Disclosure>
  )
}

const SymptomsFields = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const symptoms = useDraftField('symptoms')
  const error = useFaultWords(form, 'symptoms')
  return (
    <>
      <div data-field="symptoms">
        <ChoiceGroup
          label={t('symptoms')}
          name="symptoms"
          optional
          value={symptoms === '' ? null : symptoms}
          onChange={(chosen) => form.change({ symptoms: chosen })}
          error={error}
          choices={[
            { value: 'none', label: t('symptomsNone') },
            { value: 'present', label: t('symptomsPresent') },
            { value: 'unknown', label: t('symptomsUnknown') },
          ]}
        />
      </div>
      {symptoms === 'present' && (
        <DraftText form={form} name="onset" label={t('onset')} inputMode="numeric" optional />
      )}
    </>
  )
}

const ReasonField = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const reason = useDraftField('reason')
  const error = useFaultWords(form, 'reason')
  return (
    <div data-field="reason">
      <Select
        label={t('reason')}
        name="reason"
        optional
        value={reason === '' ? 'none' : reason}
        onChange={(chosen) => form.change({ reason: chosen === 'none' ? '' : chosen })}
        error={error}
        options={[
          { value: 'none', label: t('reasonNone') },
          ...screeningReasons.map((value) => ({ value, label: t(reasonKeys[value]) })),
        ]}
      />
    </div>
  )
}

const LanguageField = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const language = useDraftField('language')
  const error = useFaultWords(form, 'language')
  return (
    <div data-field="language">
      <ChoiceGroup
        label={t('language')}
        name="language"
        value={language}
        onChange={(chosen) => form.change({ language: chosen })}
        error={error}
        choices={[
          { value: 'fr', label: t('french') },
          { value: 'en', label: t('english') },
        ]}
      />
    </div>
  )
}
