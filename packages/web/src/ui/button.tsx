// Buttons: one with words, one with an icon and a name that only assistive technology and the tooltip tell.
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import './button.css'
import { classNames } from './class-names.ts'
import { Spinner } from './spinner.tsx'

type ButtonProps = ComponentProps<'button'> & {
  look?: 'primary' | 'quiet' | 'danger'
  /** Something is under way: the button cannot be pressed again, but keeps the focus. */
  busy?: boolean
  wide?: boolean
}

export function Button({
  look = 'quiet',
  busy = false,
  wide,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classNames('button', `button-${look}`, wide && 'button-wide', className)}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {busy && <Spinner size={16} />}
      {children}
    </button>
  )
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'aria-label' | 'title'> & {
  icon: LucideIcon
  label: string
  size?: number
}

export function IconButton({ icon: Icon, label, size = 20, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classNames('icon-button', className)}
      aria-label={label}
      title={label}
    >
      <Icon size={size} strokeWidth={1.9} aria-hidden="true" />
    </button>
  )
}
