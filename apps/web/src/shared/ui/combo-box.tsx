import { type ReactNode, type Ref, useState } from 'react'
import {
  ComboBox as AriaComboBox,
  Button,
  Group,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from 'react-aria-components'
import { commonMessages, useMessages } from '../messages/index.ts'
import { FieldDescription, FieldError, FieldLabel } from './field.tsx'
import { Icon } from './icon.tsx'
import { notFilled } from './not-filled.ts'

export interface ComboOption {
  readonly id: string
  readonly label: string
  readonly description?: string
}

export interface ComboBoxProps {
  readonly label: string
  readonly selected: ComboOption | null
  readonly onSelect: (id: string | null) => void
  /** The options for what was typed, best first; the caller searches, so that it can bound them. */
  readonly search: (text: string) => readonly ComboOption[]
  readonly description?: ReactNode
  readonly error?: string | null
  readonly name?: string
  readonly isDisabled?: boolean
  readonly onBlur?: () => void
  readonly onFocus?: () => void
  readonly inputRef?: Ref<HTMLInputElement>
}

/** Search and choose one of many. */
export const ComboBox = ({
  label,
  selected,
  onSelect,
  search,
  description,
  error,
  name,
  isDisabled = false,
  onBlur,
  onFocus,
  inputRef,
}: ComboBoxProps) => {
  const t = useMessages(commonMessages)
  const [typed, setTyped] = useState<string | null>(null)
  const [isOpen, setIsOpen] = useState(false)
  const shown = typed ?? selected?.label ?? ''
  const options = search(typed ?? '')
  return (
    <AriaComboBox
      className="field"
      items={options}
      inputValue={shown}
      onInputChange={(text) => setTyped(text === (selected?.label ?? '') ? null : text)}
      value={selected?.id ?? null}
      onChange={(key) => {
        setTyped(null)
        onSelect(key === null ? null : String(key))
      }}
      onOpenChange={(open) => {
        setIsOpen(open)
        if (!open) setTyped(null)
      }}
      menuTrigger="input"
      allowsEmptyCollection
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      isDisabled={isDisabled}
      {...(name ? { name } : {})}
      {...(onFocus ? { onFocus } : {})}
      onBlur={() => {
        setTyped(null)
        onBlur?.()
      }}
    >
      <FieldLabel>{label}</FieldLabel>
      <Group className="field-box">
        <Input
          spellCheck={false}
          {...notFilled}
          {...(inputRef ? { ref: inputRef } : {})}
          onFocus={(event) => {
            // The library also dispatches focus events of its own while one moves through the list.
            if (event.nativeEvent.isTrusted && !isOpen) event.currentTarget.select()
          }}
        />
        <Button aria-label={t('showChoices')}>
          <Icon name="chevronDown" />
        </Button>
      </Group>
      {description && <FieldDescription>{description}</FieldDescription>}
      {error && <FieldError>{error}</FieldError>}
      <Popover className="popover" offset={4}>
        <ListBox<ComboOption>
          className="listbox"
          renderEmptyState={() => <p className="listbox-empty muted">{t('noMatch')}</p>}
        >
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className="listbox-item">
              <Text slot="label">{option.label}</Text>
              {option.description && <Text slot="description">{option.description}</Text>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaComboBox>
  )
}
