// What a program's database is read by.
import type { ImportSource } from '../../core/import/source.ts'

export interface OpenSource {
  readonly source: ImportSource
  close(): Promise<void>
}
