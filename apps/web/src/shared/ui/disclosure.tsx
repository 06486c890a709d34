import type { ReactNode } from 'react'
import {
  Disclosure as AriaDisclosure,
  Button,
  DisclosurePanel,
  Heading,
} from 'react-aria-components'
import { Icon } from './icon.tsx'

export interface DisclosureProps {
  readonly title: string
  readonly children: ReactNode
  readonly isExpanded?: boolean
  readonly onExpandedChange?: (isExpanded: boolean) => void
  readonly level?: 2 | 3 | 4
}

/** A part folded unless needed. */
export const Disclosure = ({
  title,
  children,
  isExpanded,
  onExpandedChange,
  level = 3,
}: DisclosureProps) => (
  <AriaDisclosure
    className="disclosure"
    {...(isExpanded === undefined ? {} : { isExpanded })}
    {...(onExpandedChange ? { onExpandedChange } : {})}
  >
    <Heading level={level}>
      <Button slot="trigger" className="disclosure-trigger">
        <span className="chevron">
          <Icon name="chevron" />
        </span>
        {title}
      </Button>
    </Heading>
    <DisclosurePanel className="disclosure-panel">{children}</DisclosurePanel>
  </AriaDisclosure>
)
