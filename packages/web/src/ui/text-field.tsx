// Form fields with a label, a hint and an error that assistive technology connects to them.
import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from './button.tsx'
import { useTextRoom } from './use-text-room.ts'
import './text-field.css'

interface FieldParts {
  label: string
  hint?: string | undefined
  error?: string | undefined
  optional?: boolean | undefined
  value: string
  /** Code points that the server takes. What is longer stays whole, is told of, and keeps the form from being sent. */
  limit?: number | undefined
}

type FieldProps<E extends 'input' | 'textarea'> = FieldParts &
  Omit<ComponentProps<E>, keyof FieldParts | 'maxLength' | 'ref'>

interface Described {
  id: string
  value: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  ref: (element: HTMLInputElement | HTMLTextAreaElement | null) => void
}

function Field({
  label,
  hint,
  error,
  optional,
  value,
  limit,
  counted = value.trim(),
  children,
}: FieldParts & {
  /** What is sent of the value, if it is not trimmed. */
  counted?: string
  children: (described: Described) => ReactNode
}) {
  const { t } = useTranslation()
  const id = useId()
  const room = useTextRoom(counted, limit)
  const fault = room.isOver ? (room.note ?? '') : ''
  const left = room.isOver ? null : room.note
  const problem = fault === '' ? error : fault
  const note = problem ?? hint
  const notes = [note === undefined ? '' : `${id}-note`, left === null ? '' : `${id}-left`].filter(
    (name) => name !== '',
  )
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
        {optional && <span className="field-optional">{t('auth.optional')}</span>}
      </label>
      {children({
        id,
        value,
        'aria-describedby': notes.length === 0 ? undefined : notes.join(' '),
        'aria-invalid': problem === undefined ? undefined : true,
        // The browser refuses the form, and leads to the field.
        ref: (element) => element?.setCustomValidity(fault),
      })}
      {note !== undefined && (
        <p className={problem === undefined ? 'field-hint' : 'field-error'} id={`${id}-note`}>
          {note}
        </p>
      )}
      {left !== null && (
        <p className="field-hint" id={`${id}-left`} role="status">
          {left}
        </p>
      )}
    </div>
  )
}

export function TextField({ label, hint, error, optional, value, limit, ...input }: FieldProps<'input'>) {
  return (
    <Field {...{ label, hint, error, optional, value, limit }}>
      {(described) => <input className="field-input" {...input} {...described} />}
    </Field>
  )
}

export function TextArea({ label, hint, error, optional, value, limit, ...input }: FieldProps<'textarea'>) {
  return (
    <Field {...{ label, hint, error, optional, value, limit }}>
      {(described) => <textarea className="field-input" rows={3} {...input} {...described} />}
    </Field>
  )
}

export function PasswordField({ label, hint, error, value, limit, ...input }: FieldProps<'input'>) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(false)
  return (
    <Field {...{ label, hint, error, value, counted: value, limit }}>
      {(described) => (
        <span className="field-with-button">
          <input
            className="field-input"
            {...input}
            {...described}
            type={shown ? 'text' : 'password'}
            spellCheck={false}
            autoCapitalize="none"
          />
          <IconButton
            icon={shown ? EyeOff : Eye}
            label={shown ? t('auth.hidePassword') : t('auth.showPassword')}
            aria-pressed={shown}
            size={18}
            onClick={() => setShown(!shown)}
          />
        </span>
      )}
    </Field>
  )
}
