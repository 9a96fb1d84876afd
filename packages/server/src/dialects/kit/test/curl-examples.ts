// The examples of a document, as a reader would paste them into a shell.

/** Every `curl` command of the document, with its continuation lines. */
export const curlExamples = (document: string): string[] =>
  [...document.matchAll(/^curl (?:[^\n]*\\\n)*[^\n]*/gm)].map(([command]) => command)
