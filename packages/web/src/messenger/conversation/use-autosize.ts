// Lets a text area grow with its text; CSS bounds the height.
import { type RefObject, useLayoutEffect } from 'react'

export function useAutosize(input: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const area = input.current
    if (area === null) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }, [input, text])
}
