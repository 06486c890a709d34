import type { ReactNode } from 'react'
import { Checkbox as AriaCheckbox } from 'react-aria-components'
import { Icon } from './icon.tsx'

export interface CheckboxProps {
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly children: ReactNode
}

export const Checkbox = ({ isSelected, onChange, children }: CheckboxProps) => (
  <AriaCheckbox className="checkbox" isSelected={isSelected} onChange={onChange}>
    <span className="box">{isSelected && <Icon name="tick" />}</span>
    <span>{children}</span>
  </AriaCheckbox>
)
