import { type ModuleMatrix, modulePath } from './module-matrix.ts'

/** What an SVG of a code is made of; also used by the React component, which draws the same. */
export interface CodeDrawing {
  /** Side of the view box, quiet zone included, in modules. */
  readonly side: number
  /** `d` of the one path of dark modules. */
  readonly path: string
}

/** A code ready to draw: its outline within its quiet zone. */
export const codeDrawing = (matrix: ModuleMatrix, quietZoneModules: number): CodeDrawing => ({
  side: matrix.size + 2 * quietZoneModules,
  path: modulePath(matrix, quietZoneModules),
})

/**
 * A code as a standalone SVG document: crisp at any size, black on white whatever the theme (readers need
 * the contrast), named for people who cannot see it.
 *
 * @param label What a screen reader says.
 * @param sideMillimetres Printed side, quiet zone included; absent: as large as its container.
 */
export const codeSvg = (drawing: CodeDrawing, label: string, sideMillimetres?: number): string => {
  const size =
    sideMillimetres === undefined
      ? ''
      : ` width="${sideMillimetres}mm" height="${sideMillimetres}mm"`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${drawing.side} ${drawing.side}"${size} ` +
    `role="img" aria-label="${escapeXml(label)}" shape-rendering="crispEdges">` +
    `<rect width="${drawing.side}" height="${drawing.side}" fill="#fff"/>` +
    `<path d="${drawing.path}" fill="#000"/></svg>`
  )
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
