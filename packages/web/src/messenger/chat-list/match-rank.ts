// How well names fit what a person types into the search field.

/** 2: a word of a name begins with the query; 1: a name contains it; 0: neither. Case does not matter. */
export function matchRank(query: string, names: readonly string[]): 0 | 1 | 2 {
  const wanted = query.toLocaleLowerCase()
  const known = names.map((name) => name.toLocaleLowerCase())
  const beginsWord = (name: string) => name.startsWith(wanted) || name.includes(` ${wanted}`)
  if (known.some(beginsWord)) return 2
  return known.some((name) => name.includes(wanted)) ? 1 : 0
}
