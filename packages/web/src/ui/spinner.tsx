// Says that something is under way. Purely visual: the words stand beside it.
import './spinner.css'

export function Spinner({ size = 22 }: { size?: number }) {
  return <span className="spinner" style={{ width: size, height: size }} aria-hidden="true" />
}
