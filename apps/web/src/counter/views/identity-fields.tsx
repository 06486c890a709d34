import { dayIn } from '@sidep/time'
import { useMessages } from '../../shared/messages/index.ts'
import { ageYears, parseTypedDate } from '../../shared/typing/dates.ts'
import { Checkbox, ChoiceGroup } from '../../shared/ui/index.ts'
import { useDraftField, useDraftValue, useNowHere, useSiteZone } from '../context.ts'
import { noFirstNames } from '../form/draft.ts'
import { hasOneName } from '../form/validate.ts'
import { messages } from '../messages.ts'
import { DraftText, type FormProps, useFaultWords } from './draft-text.tsx'

/** Who is tested, in one row where there is room: scanned, pasted, or typed. */
export const IdentityFields = ({ form }: FormProps) => {
  const t = useMessages(messages)
  return (
    <>
      <DraftText
        form={form}
        name="familyName"
        label={t('familyName')}
        description={t('familyNameHelp')}
        autoCapitalize="words"
        onPasteText={form.takeScan}
      />
      <DraftText
        form={form}
        name="firstNames"
        label={t('firstNames')}
        autoCapitalize="words"
        onPasteText={form.takeScan}
      />
      <BirthDateField form={form} />
      <SexField form={form} />
      <OneName form={form} />
    </>
  )
}

const OneName = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const isOneName = useDraftValue(({ fields }) => hasOneName(fields))
  if (!isOneName && form.faults.firstNames !== 'REQUIRED') return null
  return (
    <div className="full-row">
      <Checkbox
        isSelected={isOneName}
        onChange={(isSelected) => form.change({ firstNames: isSelected ? noFirstNames : '' })}
      >
        {t('oneName')}
      </Checkbox>
    </div>
  )
}

const BirthDateField = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const today = dayIn(useNowHere(60_000), useSiteZone())
  const birthDate = parseTypedDate(useDraftField('birthDate'), { isPartial: true })
  return (
    <DraftText
      form={form}
      name="birthDate"
      label={t('birthDate')}
      inputMode="numeric"
      description={
        birthDate.ok
          ? t(birthDate.value.length === 10 ? 'age' : 'agePartial', {
              count: ageYears(birthDate.value, today),
            })
          : t('birthDateHelp')
      }
    />
  )
}

const SexField = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const sex = useDraftField('sex')
  const error = useFaultWords(form, 'sex')
  return (
    <div data-field="sex">
      <ChoiceGroup
        label={t('sex')}
        isCompact
        name="sex"
        description={t('sexHelp')}
        value={sex === '' ? null : sex}
        onChange={(chosen) => form.change({ sex: chosen })}
        error={error}
        isDisabled={form.isSending}
        choices={[
          { value: 'F', label: t('sexFemale'), short: t('sexFemaleShort') },
          { value: 'M', label: t('sexMale'), short: t('sexMaleShort') },
          { value: 'U', label: t('sexUnknown'), short: t('sexUnknownShort') },
        ]}
      />
    </div>
  )
}
