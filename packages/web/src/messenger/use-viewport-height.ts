// The height that a keyboard on the screen leaves. Browsers that lay the page out anew say so by themselves; Safari on phones
// only moves what is seen over the page.
import { useEffect } from 'react'

const property = '--viewport-height'

export function useViewportHeight(): void {
  useEffect(() => {
    const seen = window.visualViewport
    const style = document.documentElement.style
    if (seen === null) return
    const update = () => {
      // Who zooms in wants to see less of the same page.
      if (seen.scale > 1.01 || window.innerHeight - seen.height < 2) style.removeProperty(property)
      else {
        style.setProperty(property, `${seen.height}px`)
        window.scrollTo(0, 0)
      }
    }
    seen.addEventListener('resize', update)
    return () => {
      seen.removeEventListener('resize', update)
      style.removeProperty(property)
    }
  }, [])
}
