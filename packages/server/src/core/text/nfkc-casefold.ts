// The form under which texts count as the same, whatever the case and the compatible form in which they are written.

const ignorable = /\p{Default_Ignorable_Code_Point}/gu
const folds = /\p{Changes_When_Casefolded}/gu
const cherokee = /\p{Script=Cherokee}/u
/** Turkish writes the capital of i with its dot; folded it keeps the dot as a mark, which the small letter has already. */
const dotAfterI = /(?<=i)\u0307/g
const ordinary = /^[\0-\x7f]*$/

/**
 * NFKC_Casefold of the Unicode standard (chapter 3.13, the form of UTS #46): compatible forms composed, full case folding, nothing that
 * is ignored by default. Beyond it İ, I, ı and i are one letter, so that a Turkish name is found however its case was made. Applying it
 * again changes nothing.
 */
export function nfkcCasefold(text: string): string {
  if (ordinary.test(text)) return text.toLowerCase()
  let folded = text
  for (;;) {
    const next = foldOnce(folded)
    if (next === folded) return folded
    folded = next
  }
}

function foldOnce(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(ignorable, '')
    .replaceAll(folds, foldLetter)
    .replaceAll('ı', 'i')
    .normalize('NFKC')
    .replaceAll(dotAfterI, '')
}

/** Full case folding of a letter by itself, so that a sigma at the end of a word is one like any other; Cherokee folds to capitals. */
function foldLetter(letter: string): string {
  const upper = letter.toUpperCase()
  if (cherokee.test(letter)) return upper
  const lower = Array.from(upper, (part) => part.toLowerCase()).join('')
  // The capital of a final sigma is that of any sigma; that of a capital sharp s is itself.
  return lower === 'ß' ? 'ss' : lower
}
