// Where messages are written: a new one, a reply, or a change of an own one.
import type { ChatHandle } from '@parley/client'
import { limits } from '@parley/protocol'
import { Check, SendHorizontal } from 'lucide-react'
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { AttachButton } from '../../files/attach-button.tsx'
import { IconButton } from '../../ui/button.tsx'
import { ComposerBar } from './composer-bar.tsx'
import type { ComposerMode } from './composer-mode.ts'
import { useAutosize } from './use-autosize.ts'
import { useComposerText } from './use-composer-text.ts'
import './composer.css'

/** Characters that are left when the composer begins to count them. */
const countFrom = 500

export interface ComposerHandle {
  focus(): void
}

interface ComposerProps {
  handle: ChatHandle
  mode: ComposerMode
  ref: Ref<ComposerHandle>
  onCancel: () => void
  /** ↑ in the empty composer. */
  onEditLast: () => void
  onSent: () => void
}

export function Composer({ handle, mode, ref, onCancel, onEditLast, onSent }: ComposerProps) {
  const { t } = useTranslation()
  const input = useRef<HTMLTextAreaElement>(null)
  const { text, change, submit } = useComposerText({ handle, mode, onDone: onCancel, onSent })
  useAutosize(input, text)
  useImperativeHandle(ref, () => ({ focus: () => focusEnd(input.current) }), [])
  const left = limits.messageTextMax - text.trim().length
  const sendable = text.trim() !== '' && left >= 0

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      if (sendable) submit()
    } else if (event.key === 'ArrowUp' && text === '' && mode.kind === 'new') {
      event.preventDefault()
      onEditLast()
    } else if (event.key === 'Escape' && mode.kind !== 'new') {
      event.stopPropagation()
      onCancel()
    }
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        if (sendable) submit()
        input.current?.focus()
      }}
    >
      <div className="composer-box">
        {mode.kind !== 'new' && <ComposerBar mode={mode} onCancel={onCancel} />}
        <div className="composer-line">
          {mode.kind === 'new' && <AttachButton handle={handle} onSent={onSent} />}
          <textarea
            ref={input}
            className="composer-input"
            data-testid="composer"
            rows={1}
            dir="auto"
            aria-label={mode.kind === 'edit' ? t('composer.editing') : t('composer.label')}
            placeholder={t('composer.placeholder')}
            value={text}
            onChange={(event) => change(event.target.value)}
            onKeyDown={onKeyDown}
          />
          {left < countFrom && (
            <span className={left < 0 ? 'composer-count composer-count-over' : 'composer-count'}>
              {left < 0 ? t('composer.tooLong', { count: -left }) : t('composer.left', { count: left })}
            </span>
          )}
          <IconButton
            type="submit"
            className="icon-button-accent composer-send"
            icon={mode.kind === 'edit' ? Check : SendHorizontal}
            label={mode.kind === 'edit' ? t('composer.save') : t('composer.send')}
            disabled={!sendable}
            // The keyboard of a phone stays open.
            onPointerDown={(event) => event.preventDefault()}
          />
        </div>
      </div>
    </form>
  )
}

function focusEnd(input: HTMLTextAreaElement | null): void {
  input?.focus({ preventScroll: true })
  input?.setSelectionRange(input.value.length, input.value.length)
}
