import {
  Select as AriaSelect,
  Button,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from 'react-aria-components'
import { FieldError, FieldLabel } from './field.tsx'
import { Icon } from './icon.tsx'

export interface SelectProps<Value extends string> {
  readonly label: string
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly error?: string | null
  readonly name?: string
  readonly optional?: boolean
}

/** One of several short options, folded. */
export const Select = <Value extends string>({
  label,
  options,
  value,
  onChange,
  error,
  name,
  optional = false,
}: SelectProps<Value>) => (
  <AriaSelect
    className="field"
    value={value}
    onChange={(key) => {
      const option = options.find((candidate) => candidate.value === key)
      if (option) onChange(option.value)
    }}
    isInvalid={Boolean(error)}
    validationBehavior="aria"
    {...(name ? { name } : {})}
  >
    <FieldLabel optional={optional}>{label}</FieldLabel>
    <Button className="field-input select-button">
      <SelectValue />
      <Icon name="chevronDown" />
    </Button>
    {error && <FieldError>{error}</FieldError>}
    <Popover className="popover" offset={4}>
      <ListBox className="listbox" items={options}>
        {(option) => (
          <ListBoxItem id={option.value} textValue={option.label} className="listbox-item">
            {option.label}
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  </AriaSelect>
)
