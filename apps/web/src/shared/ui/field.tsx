import type { HTMLAttributes, KeyboardEvent, ReactNode, Ref } from 'react'
import {
  FieldError as AriaFieldError,
  TextField as AriaTextField,
  Input,
  Label,
  Text,
} from 'react-aria-components'
import { commonMessages, useMessages } from '../messages/index.ts'
import { Icon } from './icon.tsx'

export const FieldLabel = ({
  children,
  optional = false,
}: {
  readonly children: ReactNode
  readonly optional?: boolean
}) => {
  const t = useMessages(commonMessages)
  return (
    <Label className="field-label">
      {children}
      {optional && <span className="optional"> ({t('optional')})</span>}
    </Label>
  )
}

export const FieldDescription = ({ children }: { readonly children: ReactNode }) => (
  <Text slot="description" className="field-description">
    {children}
  </Text>
)

/** What is wrong, in words, under the field and announced with it. */
export const FieldError = ({ children }: { readonly children: ReactNode }) => (
  <AriaFieldError className="field-error">
    <Icon name="error" />
    <span>{children}</span>
  </AriaFieldError>
)

export interface TextFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly name?: string
  readonly description?: ReactNode
  /** A sentence; absent or null when the value is fine. */
  readonly error?: string | null
  readonly optional?: boolean
  readonly type?: 'text' | 'tel' | 'email' | 'search' | 'password'
  readonly inputMode?: HTMLAttributes<HTMLInputElement>['inputMode']
  readonly autoComplete?: string
  readonly autoCapitalize?: 'none' | 'words' | 'characters'
  readonly placeholder?: string
  readonly isDisabled?: boolean
  readonly autoFocus?: boolean
  readonly onFocus?: () => void
  readonly onBlur?: () => void
  readonly onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void
  readonly onPasteText?: (text: string) => boolean
  readonly inputRef?: Ref<HTMLInputElement>
  readonly className?: string
}

/** One line of text with its label, help and error. */
export const TextField = ({
  label,
  value,
  onChange,
  description,
  error,
  optional = false,
  type = 'text',
  inputMode,
  autoComplete = 'off',
  autoCapitalize,
  placeholder,
  onKeyDown,
  onPasteText,
  inputRef,
  name,
  isDisabled = false,
  autoFocus = false,
  onFocus,
  onBlur,
  className,
}: TextFieldProps) => (
  <AriaTextField
    className={`field ${className ?? ''}`}
    value={value}
    onChange={onChange}
    type={type}
    isDisabled={isDisabled}
    isInvalid={Boolean(error)}
    validationBehavior="aria"
    autoComplete={autoComplete}
    autoFocus={autoFocus}
    {...(name ? { name } : {})}
    {...(onFocus ? { onFocus } : {})}
    {...(onBlur ? { onBlur } : {})}
  >
    <FieldLabel optional={optional}>{label}</FieldLabel>
    <Input
      className="field-input"
      spellCheck={false}
      autoCorrect="off"
      {...(inputRef ? { ref: inputRef } : {})}
      {...(inputMode ? { inputMode } : {})}
      {...(autoCapitalize ? { autoCapitalize } : {})}
      {...(placeholder ? { placeholder } : {})}
      {...(onKeyDown ? { onKeyDown } : {})}
      onPaste={(event) => {
        if (onPasteText?.(event.clipboardData.getData('text/plain'))) event.preventDefault()
      }}
    />
    {description && <FieldDescription>{description}</FieldDescription>}
    {error && <FieldError>{error}</FieldError>}
  </AriaTextField>
)
