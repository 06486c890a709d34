/** Setting text into a width: wrapping, and shrinking what must stay on few lines. */

export type Weight = 'regular' | 'bold'

/** Width of a text in millimetres at a size in points. */
export type MeasureText = (text: string, weight: Weight, sizePoints: number) => number

export interface FittedText {
  readonly sizePoints: number
  readonly lines: readonly string[]
}

/** Text broken at spaces into lines no wider than `widthMillimetres`; a longer word is broken inside. */
export const wrapText = (
  text: string,
  widthMillimetres: number,
  widthOf: (text: string) => number,
): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) <= widthMillimetres) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = breakWord(word, widthMillimetres, widthOf)
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1) ?? ''
  }
  if (line !== '') lines.push(line)
  return lines
}

const breakWord = (word: string, width: number, widthOf: (text: string) => number): string[] => {
  const pieces: string[] = []
  let piece = ''
  for (const character of word) {
    if (piece !== '' && widthOf(piece + character) > width) {
      pieces.push(piece)
      piece = character
    } else {
      piece += character
    }
  }
  pieces.push(piece)
  return pieces
}

/**
 * The largest size between two bounds at which a text needs at most `linesMax` lines. At the smallest size it
 * takes the lines it needs: nothing of a name is ever cut.
 */
export const fitText = (
  text: string,
  weight: Weight,
  measure: MeasureText,
  bounds: { widthMillimetres: number; linesMax: number; sizeMax: number; sizeMin: number },
): FittedText => {
  for (let size = bounds.sizeMax; ; size -= 0.5) {
    const lines = wrapText(text, bounds.widthMillimetres, (part) => measure(part, weight, size))
    const wholeWords =
      lines.join(' ') ===
      text
        .split(' ')
        .filter((part) => part !== '')
        .join(' ')
    if ((lines.length <= bounds.linesMax && wholeWords) || size <= bounds.sizeMin) {
      return { sizePoints: size, lines }
    }
  }
}
