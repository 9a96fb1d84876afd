// The languages that a person reads, as their browser names them: only tags that Intl takes.

/** A tag without what an operating system appends (`en-US@posix`, `ru_RU.UTF-8`); undefined for one that is none. */
function languageTag(name: string): string | undefined {
  const tag = name.split(/[@.]/)[0]?.replaceAll('_', '-') ?? ''
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}

/** The one that is preferred comes first. */
export const preferredLanguages = (names: readonly string[] | undefined = navigator.languages): string[] =>
  (names ?? []).flatMap((name) => languageTag(name) ?? [])
