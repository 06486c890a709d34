import type { ReactNode } from 'react'
import { Radio, RadioGroup } from 'react-aria-components'
import { FieldDescription, FieldError, FieldLabel } from './field.tsx'

interface Choice<Value extends string> {
  readonly value: Value
  readonly label: string
  /** Shown in its place where there is no room; the first letters of it, so that it is found by what is seen. */
  readonly short?: string
}

export interface ChoiceGroupProps<Value extends string> {
  readonly label: string
  readonly choices: readonly Choice<Value>[]
  readonly value: Value | null
  readonly onChange: (value: Value) => void
  readonly description?: ReactNode
  readonly error?: string | null
  readonly optional?: boolean
  readonly name?: string
  readonly onBlur?: () => void
  readonly isDisabled?: boolean
  /** Three short choices on one line, however narrow. */
  readonly isCompact?: boolean
}

/** A few exclusive choices, all in sight: radio buttons side by side. */
export const ChoiceGroup = <Value extends string>({
  label,
  choices,
  value,
  onChange,
  description,
  error,
  optional = false,
  name,
  onBlur,
  isDisabled = false,
  isCompact = false,
}: ChoiceGroupProps<Value>) => (
  <RadioGroup
    className="field"
    value={value}
    onChange={(chosen) => {
      const choice = choices.find((candidate) => candidate.value === chosen)
      if (choice) onChange(choice.value)
    }}
    isInvalid={Boolean(error)}
    validationBehavior="aria"
    isDisabled={isDisabled}
    orientation="horizontal"
    {...(name ? { name } : {})}
    {...(onBlur ? { onBlur } : {})}
  >
    <FieldLabel optional={optional}>{label}</FieldLabel>
    <div
      className={isCompact ? 'choices compact' : 'choices'}
      {...(error ? { 'data-invalid': true } : {})}
    >
      {choices.map((choice) => (
        <Radio key={choice.value} value={choice.value} className="choice">
          {choice.short === undefined ? (
            choice.label
          ) : (
            <>
              <span className="choice-long">{choice.label}</span>
              <span className="choice-short" aria-hidden="true">
                {choice.short}
              </span>
            </>
          )}
        </Radio>
      ))}
    </div>
    {description && <FieldDescription>{description}</FieldDescription>}
    {error && <FieldError>{error}</FieldError>}
  </RadioGroup>
)
