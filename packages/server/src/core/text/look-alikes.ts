// Which usernames imitate one another: letters of one script that look like those of another.
import { nfkcCasefold } from './nfkc-casefold.ts'

/**
 * Letters that are drawn like Latin ones, each before its look-alike. From the confusables of UTS #39, for the scripts in which enough
 * letters have one to spell a name; and kappa and the Cyrillic ka, which differ from k in few fonts.
 */
const lookAlikes = [
  // Cyrillic
  'аaАAӕæӔÆЬbВBсcСCԁdԀdеeЕEҽeԌGһhНHіiІIꙇiјjЈJкkКKӏlӀlМMоoОOрpРPԛqԚQгrѕsЅSТTѵvѴVѡwԝwԜWхxХXуyУYүyҮY',
  // Greek
  'αaΑAΒBΕEϜFΗHιiΙIϳjͿJκkΚKΜMνvΝNοoΟOσoρpΡPΤTυuΧXγyΥYΖZ',
  // Armenian
  'աwոnռnսuՍUքfցgօoՕOգqզqհhՏS',
  // Cherokee
  'ᎪAᏼBᏴBᏟCᎠDᎬEᏀGᎻHᏂhᎥiᎫJᏦKᏞLᎷMᏢPᎡRᏒRᏕSᏚSᎢTᏙVᎳWᏔWᎩYᎽYᏃZᏏbᏧd',
  // Coptic
  'ⲥcⲤCⲎHⲔKⲒIⳐLⲘMⲚNⲟoⲞOⲣpⲢPⲅrⲦTⲬXⲨY',
  // Lisu
  'ꓮAꓐBꓚCꓓDꓰEꓝFꓖGꓧHꓲIꓙJꓗKꓡLꓟMꓠNꓳOꓑPꓣRꓢSꓔTꓴUꓦVꓪWꓫXꓬYꓜZ',
].join('')

const latin = new Map(
  Array.from(lookAlikes.matchAll(/(.)(.)/gu), ([, letter = '', drawnLike = '']) => [letter, drawnLike]),
)

/**
 * What two usernames have in common that cannot be told apart by their letters although they are of different scripts, case and spelling
 * aside: `раура` in Cyrillic letters has the skeleton of `paypa`. Within one script nothing is changed (`l` and `1` stay apart), so that a
 * Latin name is never kept from its owner by another Latin one.
 */
export const skeleton = (username: string): string =>
  nfkcCasefold(
    Array.from(username.normalize('NFKD'), (letter) => latin.get(letter) ?? letter)
      .join('')
      .normalize('NFC'),
  )
