import type { MouseEvent, ReactNode, Ref } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components'
import { Icon, type IconName } from './icon.tsx'

type Variant = 'primary' | 'secondary' | 'quiet' | 'danger'

const classNames = (...names: (string | false | undefined)[]): string =>
  names.filter((name) => typeof name === 'string').join(' ')

interface Look {
  readonly variant?: Variant
  readonly size?: 'normal' | 'large'
  readonly wide?: boolean
  readonly icon?: IconName
  /** A key that does the same, shown on the button. */
  readonly shortcut?: string
}

export interface ButtonProps
  extends Look,
    Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  readonly children: ReactNode
  readonly ref?: Ref<HTMLButtonElement>
}

const lookClass = ({ variant = 'secondary', size, wide }: Look, extra?: string): string =>
  classNames('button', variant, size === 'large' && 'large', wide && 'wide', extra)

export const Button = ({ variant, size, wide, icon, shortcut, children, ...rest }: ButtonProps) => (
  <AriaButton
    {...rest}
    className={lookClass({
      ...(variant ? { variant } : {}),
      ...(size ? { size } : {}),
      ...(wide ? { wide } : {}),
    })}
    {...(shortcut ? { 'aria-keyshortcuts': shortcut } : {})}
  >
    {icon && <Icon name={icon} />}
    <span>{children}</span>
    {shortcut && (
      <span className="key" aria-hidden="true">
        {shortcut}
      </span>
    )}
  </AriaButton>
)

export interface LinkButtonProps extends Look {
  readonly href: string
  readonly children: ReactNode
  readonly download?: string
  /** Before the link is followed; `preventDefault` keeps it from being. */
  readonly onClick?: (event: MouseEvent) => void
}

/** A link that is as important as a button: it goes somewhere, so it stays a link. */
export const LinkButton = ({
  href,
  children,
  icon,
  download,
  onClick,
  ...look
}: LinkButtonProps) => (
  <a
    href={href}
    className={lookClass(look)}
    {...(download ? { download } : {})}
    {...(onClick ? { onClick } : {})}
  >
    {icon && <Icon name={icon} />}
    <span>{children}</span>
  </a>
)
