// The ids that a client chooses.
import { v7 } from 'uuid'

/** A UUID of version 7: those of one client sort by when they were made. */
export const newId = (): string => v7()
