// People and rooms of peers that have no accounts: made up by counting, told to the system only when a socket joins.
import type { Person, RunningContestant } from '../running-contestant.ts'

/** `nameOf` says how the peer's wire writes the room of a number. */
export function createRoomNames(
  nameOf: (number: number) => string,
): Pick<RunningContestant, 'people' | 'createGroup' | 'createDirect'> {
  const known: Person[] = []
  let rooms = 0
  const nextRoom = (): Promise<string> => {
    rooms += 1
    return Promise.resolve(nameOf(rooms))
  }
  return {
    people(count) {
      while (known.length < count) known.push({ id: `${known.length}`, token: `person${known.length}` })
      return Promise.resolve(known.slice(0, count))
    },
    createGroup: nextRoom,
    createDirect: nextRoom,
  }
}
