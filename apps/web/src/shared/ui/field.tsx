import type { ReactNode } from 'react'
import { FieldError as AriaFieldError, Label, Text } from 'react-aria-components'
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
