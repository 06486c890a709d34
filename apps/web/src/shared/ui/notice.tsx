import type { ReactNode } from 'react'
import { commonMessages, useMessages } from '../messages/index.ts'
import { Icon, type IconName } from './icon.tsx'

export type Tone = 'info' | 'good' | 'warn' | 'bad'

const icons: Record<Tone, IconName> = {
  info: 'info',
  good: 'tick',
  warn: 'warning',
  bad: 'error',
}

export interface NoticeProps {
  readonly tone: Tone
  readonly title?: string
  readonly children?: ReactNode
  /** Announced when it appears: `alert` interrupts, `status` waits. */
  readonly live?: 'alert' | 'status'
  readonly supportCode?: string | null
}

/** A message on the page. In trouble, say first what is safe, then what to do, then the support code. */
export const Notice = ({ tone, title, children, live, supportCode }: NoticeProps) => {
  const t = useMessages(commonMessages)
  return (
    <div className={`notice ${tone}`} {...(live ? { role: live } : {})}>
      <Icon name={icons[tone]} />
      <div className="content">
        {title && <p className="title">{title}</p>}
        {children}
        {supportCode && <p className="small muted">{t('supportCode', { code: supportCode })}</p>}
      </div>
    </div>
  )
}

/** What was done last, said when it is; null while nothing was. */
export const News = ({ children }: { readonly children: string | null }) => (
  <div role="status">
    {children !== null && (
      <Notice tone="good">
        <p>{children}</p>
      </Notice>
    )}
  </div>
)

/** A state in one or two words. */
export const Tag = ({
  tone,
  icon,
  children,
}: {
  readonly tone?: Tone
  readonly icon?: IconName
  readonly children: ReactNode
}) => (
  <span className={`tag ${tone ?? ''}`}>
    {icon && <Icon name={icon} />}
    {children}
  </span>
)

/** Something is under way; `children` says what. */
export const Working = ({ children }: { readonly children?: ReactNode }) => {
  const t = useMessages(commonMessages)
  return (
    <p className="working" role="status">
      {children ?? t('working')}
    </p>
  )
}
