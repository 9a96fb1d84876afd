// Form fields with a label, a hint and an error that assistive technology connects to them.
import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from './button.tsx'
import './text-field.css'

interface FieldTexts {
  label: string
  hint?: string | undefined
  error?: string | undefined
  optional?: boolean
}

interface Described {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

function Field({
  label,
  hint,
  error,
  optional,
  children,
}: FieldTexts & { children: (described: Described) => ReactNode }) {
  const { t } = useTranslation()
  const id = useId()
  const note = error ?? hint
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
        {optional && <span className="field-optional">{t('auth.optional')}</span>}
      </label>
      {children({
        id,
        'aria-describedby': note === undefined ? undefined : `${id}-note`,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {note !== undefined && (
        <p className={error === undefined ? 'field-hint' : 'field-error'} id={`${id}-note`}>
          {note}
        </p>
      )}
    </div>
  )
}

/** The attribute counts UTF-16 units; a code point is two of them at most, so what the server takes is never cut. */
const unitsOf = ({ maxLength }: { maxLength?: number | undefined }) =>
  maxLength === undefined ? {} : { maxLength: maxLength * 2 }

export function TextField({ label, hint, error, optional, ...input }: FieldTexts & ComponentProps<'input'>) {
  return (
    <Field {...{ label, hint, error }} optional={optional ?? false}>
      {(described) => <input className="field-input" {...input} {...unitsOf(input)} {...described} />}
    </Field>
  )
}

export function TextArea({
  label,
  hint,
  error,
  optional,
  ...input
}: FieldTexts & ComponentProps<'textarea'>) {
  return (
    <Field {...{ label, hint, error }} optional={optional ?? false}>
      {(described) => (
        <textarea className="field-input" rows={3} {...input} {...unitsOf(input)} {...described} />
      )}
    </Field>
  )
}

export function PasswordField({ label, hint, error, ...input }: FieldTexts & ComponentProps<'input'>) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(false)
  return (
    <Field {...{ label, hint, error }}>
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
