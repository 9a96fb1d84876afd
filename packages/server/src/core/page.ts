// Lists that are given page by page.

/** A page of a list and where the next one begins. */
export interface Page<T> {
  readonly items: T[]
  readonly next_cursor: string | null
}
