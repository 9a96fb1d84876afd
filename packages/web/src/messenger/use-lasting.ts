// Short interruptions are not worth a word.
import { useEffect, useState } from 'react'

const silentMs = 1200

/** Whether something is so, and has been for a while. */
export function useLasting(isSo: boolean): boolean {
  const [lasted, setLasted] = useState(false)
  useEffect(() => {
    if (!isSo) return setLasted(false)
    const timer = setTimeout(() => setLasted(true), silentMs)
    return () => clearTimeout(timer)
  }, [isSo])
  return lasted && isSo
}
