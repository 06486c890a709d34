import { useMessages } from '../../shared/messages/index.ts'
import { TextField, type TextFieldProps } from '../../shared/ui/index.ts'
import { useDraftField } from '../context.ts'
import type { DraftFields, FieldName } from '../form/draft.ts'
import { messages } from '../messages.ts'
import { faultKey } from '../words.ts'
import type { FormFields } from './use-form-fields.ts'

export interface FormProps {
  readonly form: FormFields
}

type TextName = {
  [Name in FieldName]: DraftFields[Name] extends string ? Name : never
}[FieldName]

/** What is wrong with a field of the form, in words; null when nothing is. */
export const useFaultWords = ({ faults }: FormFields, name: FieldName): string | null => {
  const t = useMessages(messages)
  const fault = faults[name]
  return fault === undefined ? null : t(faultKey(fault))
}

/** A text field of the draft. */
export const DraftText = ({
  form,
  name,
  ...rest
}: FormProps & { readonly name: TextName } & Omit<
    TextFieldProps,
    'value' | 'onChange' | 'error' | 'name'
  >) => {
  const value = useDraftField(name)
  const error = useFaultWords(form, name)
  return (
    <div data-field={name}>
      <TextField
        {...rest}
        name={name}
        value={value}
        onChange={(text) => form.change({ [name]: text })}
        error={error}
        isDisabled={form.isSending}
        onFocus={form.enter}
        onBlur={() => form.leave(name)}
      />
    </div>
  )
}
