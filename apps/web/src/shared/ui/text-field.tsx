import { type HTMLAttributes, type KeyboardEvent, type ReactNode, type Ref, useId } from 'react'
import { commonMessages, useMessages } from '../messages/index.ts'
import { Icon } from './icon.tsx'
import { notFilled } from './not-filled.ts'

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
  /** What a browser may fill in: of the person at this very device alone. Absent: nothing. */
  readonly autoComplete?: 'bday' | 'one-time-code' | 'off'
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

/** One line of text with its label, help and error, which are said with it. */
export const TextField = ({
  label,
  value,
  onChange,
  description,
  error,
  optional = false,
  type = 'text',
  inputMode,
  autoComplete = notFilled.autoComplete,
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
}: TextFieldProps) => {
  const t = useMessages(commonMessages)
  const id = useId()
  const isInvalid = Boolean(error)
  const said = [description ? `${id}-help` : null, isInvalid ? `${id}-error` : null]
  const saidBy = said.filter((one) => one !== null).join(' ')
  return (
    <div className={`field ${className ?? ''}`}>
      <label className="field-label" htmlFor={id}>
        {label}
        {optional && <span className="optional"> ({t('optional')})</span>}
      </label>
      <input
        id={id}
        className="field-input"
        value={value}
        type={type}
        disabled={isDisabled}
        // biome-ignore lint/a11y/noAutofocus: asked for where a view or a dialog opens on one field
        autoFocus={autoFocus}
        spellCheck={false}
        autoCorrect="off"
        onChange={(event) => onChange(event.currentTarget.value)}
        onPaste={(event) => {
          if (onPasteText?.(event.clipboardData.getData('text/plain'))) event.preventDefault()
        }}
        {...(autoComplete === notFilled.autoComplete ? notFilled : { autoComplete })}
        {...(isInvalid ? { 'aria-invalid': true, 'data-invalid': true } : {})}
        {...(saidBy === '' ? {} : { 'aria-describedby': saidBy })}
        {...(name ? { name } : {})}
        {...(inputRef ? { ref: inputRef } : {})}
        {...(inputMode ? { inputMode } : {})}
        {...(autoCapitalize ? { autoCapitalize } : {})}
        {...(placeholder ? { placeholder } : {})}
        {...(onFocus ? { onFocus } : {})}
        {...(onBlur ? { onBlur } : {})}
        {...(onKeyDown ? { onKeyDown } : {})}
      />
      {description && (
        <span id={`${id}-help`} className="field-description">
          {description}
        </span>
      )}
      {isInvalid && (
        <span id={`${id}-error`} className="field-error">
          <Icon name="error" />
          <span>{error}</span>
        </span>
      )}
    </div>
  )
}
