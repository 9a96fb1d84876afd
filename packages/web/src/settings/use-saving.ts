// A form that saves: what it shows while it does, and afterwards.
import { useState } from 'react'
import { useErrorText } from '../client/use-error-text.ts'

export type Saving =
  | { readonly status: 'idle' | 'busy' | 'saved' }
  | { readonly status: 'failed'; readonly text: string }

export function useSaving() {
  const errorText = useErrorText()
  const [saving, setSaving] = useState<Saving>({ status: 'idle' })
  /** `words` replaces the text of an error where the form knows better. Resolves with whether it worked. */
  const save = async (action: () => Promise<unknown>, words?: (error: unknown) => string | undefined) => {
    setSaving({ status: 'busy' })
    try {
      await action()
      setSaving({ status: 'saved' })
      return true
    } catch (error) {
      setSaving({ status: 'failed', text: words?.(error) ?? errorText(error) })
      return false
    }
  }
  return { saving, save, reset: () => setSaving({ status: 'idle' }) }
}
