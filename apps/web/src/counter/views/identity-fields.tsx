import { dayIn } from '@sidep/screening'
import { lazy, Suspense, useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { ageYears, parseTypedDate } from '../../shared/typing/dates.ts'
import {
  Button,
  Checkbox,
  ChoiceGroup,
  Dialog,
  TextField,
  type TextFieldProps,
  Working,
} from '../../shared/ui/index.ts'
import { useNowHere, useSiteZone } from '../context.ts'
import { type DraftFields, type FieldName, noFirstNames } from '../form/draft.ts'
import { hasOneName } from '../form/validate.ts'
import { messages } from '../messages.ts'
import { faultKey } from '../words.ts'
import { ContactWarning } from './contact-warning.tsx'
import type { ScreeningForm } from './use-screening-form.ts'

// The camera and its reader are large; they come when somebody asks for them.
const InsScanner = lazy(() => import('./ins-scanner.tsx'))

type TextName = {
  [Name in FieldName]: DraftFields[Name] extends string ? Name : never
}[FieldName]

/** A text field of the draft. */
export const DraftText = ({
  form,
  name,
  ...rest
}: { readonly form: ScreeningForm; readonly name: TextName } & Omit<
  TextFieldProps,
  'value' | 'onChange' | 'error' | 'name'
>) => {
  const t = useMessages(messages)
  const fault = form.faults[name]
  return (
    <div data-field={name}>
      <TextField
        {...rest}
        name={name}
        value={form.fields[name]}
        onChange={(value) => form.change({ [name]: value })}
        error={fault === undefined ? null : t(faultKey(fault))}
        isDisabled={form.isSending}
        onFocus={form.enter}
        onBlur={() => form.leave(name)}
      />
    </div>
  )
}

/** Who is tested: scanned, pasted, or typed. */
export const IdentityFields = ({ form }: { readonly form: ScreeningForm }) => {
  const t = useMessages(messages)
  const [isScanning, setIsScanning] = useState(false)
  const { fields, faults } = form
  const today = dayIn(useNowHere(60_000), useSiteZone())
  const birthDate = parseTypedDate(fields.birthDate, { isPartial: true })
  const isOneName = hasOneName(fields)
  return (
    <>
      <div className="with-side-button">
        <DraftText
          form={form}
          name="familyName"
          label={t('familyName')}
          description={t('familyNameHelp')}
          autoCapitalize="words"
          onPasteText={form.takeScan}
        />
        <Button
          icon="camera"
          aria-label={t('scanCamera')}
          isDisabled={form.isSending}
          onPress={() => setIsScanning(true)}
        >
          INS
        </Button>
      </div>
      <DraftText
        form={form}
        name="firstNames"
        label={t('firstNames')}
        autoCapitalize="words"
        onPasteText={form.takeScan}
      />
      {(isOneName || faults.firstNames === 'REQUIRED') && (
        <Checkbox
          isSelected={isOneName}
          onChange={(isSelected) => form.change({ firstNames: isSelected ? noFirstNames : '' })}
        >
          {t('oneName')}
        </Checkbox>
      )}
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
      <div data-field="sex">
        <ChoiceGroup
          label={t('sex')}
          isCompact
          name="sex"
          description={t('sexHelp')}
          value={fields.sex === '' ? null : fields.sex}
          onChange={(sex) => form.change({ sex })}
          error={faults.sex === undefined ? null : t(faultKey(faults.sex))}
          isDisabled={form.isSending}
          choices={[
            { value: 'F', label: t('sexFemale') },
            { value: 'M', label: t('sexMale') },
            { value: 'U', label: t('sexUnknown') },
          ]}
        />
      </div>
      <DraftText
        form={form}
        name="contact"
        label={t('contact')}
        description={t('contactHelp')}
        autoCapitalize="none"
        optional
      />
      <ContactWarning contact={fields.contact} />
      <Dialog title={t('scanTitle')} isOpen={isScanning} onClose={() => setIsScanning(false)}>
        <Suspense fallback={<Working />}>
          <InsScanner
            onRead={(text) => {
              setIsScanning(false)
              form.takeScan(text)
            }}
          />
        </Suspense>
      </Dialog>
    </>
  )
}
