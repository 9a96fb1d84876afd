// The global `Parley` of a page that loads `parley.global.js` by a script tag: the functions of the class, and the module beside them.
import { Parley } from '../parley.ts'

export const { open, connect, register, login, seedDemo } = Parley
export * from '../index.ts'
