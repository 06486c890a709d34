import { type ReactNode, useId, useState } from 'react'
import { Icon } from './icon.tsx'

export interface DisclosureProps {
  readonly title: string
  readonly children: ReactNode
  /** Absent: it is folded at first, and minds itself. */
  readonly isExpanded?: boolean
  readonly onExpandedChange?: (isExpanded: boolean) => void
  readonly level?: 2 | 3 | 4
}

/** A part folded unless needed. */
export const Disclosure = ({
  title,
  children,
  isExpanded: told,
  onExpandedChange,
  level = 3,
}: DisclosureProps) => {
  const [own, setOwn] = useState(false)
  const panel = useId()
  const isExpanded = told ?? own
  const Heading = `h${level}` as const
  return (
    <div className="disclosure" {...(isExpanded ? { 'data-expanded': true } : {})}>
      <Heading>
        <button
          type="button"
          className="disclosure-trigger"
          aria-expanded={isExpanded}
          aria-controls={panel}
          onClick={() => {
            setOwn(!isExpanded)
            onExpandedChange?.(!isExpanded)
          }}
        >
          <span className="chevron">
            <Icon name="chevron" />
          </span>
          {title}
        </button>
      </Heading>
      <div id={panel} className="disclosure-panel" hidden={!isExpanded}>
        {children}
      </div>
    </div>
  )
}
