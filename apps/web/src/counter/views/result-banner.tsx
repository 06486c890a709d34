import type { ReactNode } from 'react'
import { Icon, type IconName } from '../../shared/ui/index.ts'

/** The result in one word and one sign, and whose it is. */
export const ResultBanner = ({
  tone,
  icon,
  word,
  children,
}: {
  readonly tone: 'good' | 'bad' | 'warn'
  readonly icon: IconName
  readonly word: string
  readonly children: ReactNode
}) => (
  <div className={`result-banner ${tone}`} role="status">
    <Icon name={icon} />
    <p className="word">{word}</p>
    <div className="whose">{children}</div>
  </div>
)
