import type { ButtonHTMLAttributes, KeyboardEvent, MouseEvent, ReactNode, Ref } from 'react'
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
    Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'style' | 'onClick' | 'disabled'> {
  readonly children: ReactNode
  readonly onPress?: () => void
  readonly isDisabled?: boolean
  /** Under way: it keeps the focus, says so, and does nothing more. */
  readonly isPending?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

const lookClass = ({ variant = 'secondary', size, wide }: Look): string =>
  classNames('button', variant, size === 'large' && 'large', wide && 'wide')

/** The key that presses a button is no key of what is around it. */
const keepOwnKeys = (event: KeyboardEvent): void => {
  if (event.key === 'Enter' || event.key === ' ') event.stopPropagation()
}

export const Button = ({
  variant,
  size,
  wide,
  icon,
  shortcut,
  children,
  onPress,
  isDisabled = false,
  isPending = false,
  type = 'button',
  ...rest
}: ButtonProps) => (
  <button
    {...rest}
    type={type}
    disabled={isDisabled}
    className={lookClass({
      ...(variant ? { variant } : {}),
      ...(size ? { size } : {}),
      ...(wide ? { wide } : {}),
    })}
    onKeyDown={keepOwnKeys}
    onClick={(event) => {
      if (isPending) event.preventDefault()
      else onPress?.()
    }}
    {...(isPending ? { 'aria-disabled': true, 'data-pending': true } : {})}
    {...(shortcut ? { 'aria-keyshortcuts': shortcut } : {})}
  >
    {icon && <Icon name={icon} />}
    <span>{children}</span>
    {shortcut && (
      <span className="key" aria-hidden="true">
        {shortcut}
      </span>
    )}
  </button>
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
