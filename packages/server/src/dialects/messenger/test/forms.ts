// The forms and links of a page, as a browser without scripts sees them.

/** What is inside `noscript`; empty when there is none. */
export const plainPart = (page: string): string => /<noscript>([\s\S]*)<\/noscript>/.exec(page)?.[1] ?? ''

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

export interface PlainForm {
  readonly action: string
  /** Names of fields with the values that they have already. */
  readonly fields: Readonly<Record<string, string>>
}

export const formsOf = (page: string): PlainForm[] =>
  [...plainPart(page).matchAll(/<form method="post" action="([^"]+)">([\s\S]*?)<\/form>/g)].map(
    ([, action = '', content = '']) => ({
      action: unescaped(action),
      fields: Object.fromEntries(
        [...content.matchAll(/<(?:input|select|textarea)[^>]* name="(\w+)"(?: value="([^"]*)")?/g)].map(
          ([, name = '', value = '']) => [name, unescaped(value)],
        ),
      ),
    }),
  )

/** Address → text. */
export const linksOf = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...plainPart(page).matchAll(/<a href="([^"]+)">([^<]*)<\/a>/g)].map(([, href = '', text = '']) => [
      unescaped(href),
      unescaped(text),
    ]),
  )
