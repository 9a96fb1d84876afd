// The outcome of a form that saves.
import type { Saving } from './use-saving.ts'

export function SavingNote({ saving, saved }: { saving: Saving; saved: string }) {
  if (saving.status === 'failed')
    return (
      <p className="form-error" role="alert">
        {saving.text}
      </p>
    )
  if (saving.status === 'saved')
    return (
      <p className="settings-done" role="status">
        {saved}
      </p>
    )
  return null
}
