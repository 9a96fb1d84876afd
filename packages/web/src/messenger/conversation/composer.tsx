// Where messages are written: a new one, a reply, or a change of an own one.
import type { ChatHandle } from '@parley/client'
import { Check, SendHorizontal } from 'lucide-react'
import { type KeyboardEvent, type Ref, useId, useImperativeHandle, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { AttachButton } from '../../files/attach-button.tsx'
import { ChosenFiles } from '../../files/chosen-files.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { ComposerBar } from './composer-bar.tsx'
import { EditsAside } from './edits-aside.tsx'
import { useAutosize } from './use-autosize.ts'
import { useComposer } from './use-composer.ts'
import './composer.css'

export interface ComposerHandle {
  focus(): void
}

interface ComposerProps {
  handle: ChatHandle
  ref: Ref<ComposerHandle>
  /** ↑ in the empty composer. */
  onEditLast: () => void
  onSent: () => void
}

export function Composer({ handle, ref, onEditLast, onSent }: ComposerProps) {
  const { t } = useTranslation()
  const input = useRef<HTMLTextAreaElement>(null)
  const composer = useComposer(handle, onSent)
  const { draft, text, room, sendable, pieces } = composer
  const roomId = useId()
  const editing = draft.edit !== null
  const barred = editing || draft.answered !== null
  useAutosize(input, text)
  useImperativeHandle(ref, () => ({ focus: () => focusEnd(input.current) }), [])

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      if (sendable) composer.submit()
    } else if (event.key === 'ArrowUp' && text === '' && !barred) {
      event.preventDefault()
      onEditLast()
    } else if (event.key === 'Escape' && barred) {
      event.stopPropagation()
      composer.cancel()
    }
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        if (sendable) composer.submit()
        input.current?.focus()
      }}
    >
      <EditsAside
        edits={draft.putAside}
        onContinue={(edit) => {
          composer.continueEdit(edit)
          input.current?.focus()
        }}
        onDiscard={composer.discard}
      />
      <div className="composer-box">
        <ComposerBar draft={draft} onCancel={composer.cancel} />
        {!editing && <ChosenFiles files={draft.files} onRemove={composer.removeFile} />}
        <div className="composer-line">
          {!editing && <AttachButton onChoose={(files) => void composer.choose(files)} />}
          <textarea
            ref={input}
            className="composer-input"
            data-testid="composer"
            rows={1}
            dir="auto"
            aria-label={editing ? t('composer.editing') : t('composer.label')}
            aria-invalid={room.isOver || undefined}
            aria-describedby={room.note === null ? undefined : roomId}
            placeholder={t('composer.placeholder')}
            value={text}
            onChange={(event) => composer.change(event.target.value)}
            onKeyDown={onKeyDown}
          />
          <IconButton
            type="submit"
            className="icon-button-accent composer-send"
            icon={editing ? Check : SendHorizontal}
            label={editing ? t('composer.save') : t('composer.send')}
            disabled={!sendable}
            // The keyboard of a phone stays open.
            onPointerDown={(event) => event.preventDefault()}
          />
        </div>
        {room.note !== null && (
          <div className="composer-room">
            <span id={roomId} className={classNames(room.isOver && 'composer-over')} role="status">
              {room.note}
            </span>
            {pieces > 1 && (
              <Button onClick={composer.submitInPieces}>{t('composer.sendPieces', { count: pieces })}</Button>
            )}
          </div>
        )}
      </div>
    </form>
  )
}

function focusEnd(input: HTMLTextAreaElement | null): void {
  input?.focus({ preventScroll: true })
  input?.setSelectionRange(input.value.length, input.value.length)
}
