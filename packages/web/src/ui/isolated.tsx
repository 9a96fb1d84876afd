// Foreign text on the page: a name, a title, a line of a message. Whatever marks of direction it has end with it.
import { balanced } from './isolate.ts'

export function Isolated({ children }: { children: string }) {
  return <bdi>{balanced(children)}</bdi>
}
