import { modulePath } from './module-matrix.ts'
import { type Mark, millimetresPerPoint, type Sheet } from './sheet.ts'
import type { MeasureText } from './text-layout.ts'

const svgNamespace = 'http://www.w3.org/2000/svg'

/** The family that documents.css declares over the two embedded font files. */
export const documentFontFamily = 'Sidep Document'

/**
 * Draws a laid-out sheet as an SVG element for printing from the page: the same marks as the PDF, sized in
 * millimetres. Attributes only, no inline style: the page's policy forbids those.
 */
export const renderSvg = (sheet: Sheet, page: Document): SVGSVGElement => {
  const svg = page.createElementNS(svgNamespace, 'svg')
  setAttributes(svg, {
    viewBox: `0 0 ${sheet.widthMillimetres} ${sheet.heightMillimetres}`,
    width: `${sheet.widthMillimetres}mm`,
    height: `${sheet.heightMillimetres}mm`,
    lang: sheet.language,
    'font-family': `'${documentFontFamily}', 'DejaVu Sans', Verdana, sans-serif`,
  })
  for (const mark of sheet.marks) svg.append(element(mark, page))
  return svg
}

const element = (mark: Mark, page: Document): SVGElement => {
  if (mark.kind === 'text') {
    const text = page.createElementNS(svgNamespace, 'text')
    setAttributes(text, {
      x: mark.x,
      y: mark.y,
      'font-size': mark.sizePoints * millimetresPerPoint,
      'font-weight': mark.weight === 'bold' ? 700 : 400,
      fill: greyColour(mark.grey),
    })
    text.textContent = mark.text
    return text
  }
  if (mark.kind === 'line') {
    const line = page.createElementNS(svgNamespace, 'line')
    setAttributes(line, {
      x1: mark.from[0],
      y1: mark.from[1],
      x2: mark.to[0],
      y2: mark.to[1],
      'stroke-width': mark.thickness,
      stroke: greyColour(mark.grey),
      ...(mark.dash === undefined ? {} : { 'stroke-dasharray': mark.dash }),
    })
    return line
  }
  const code = page.createElementNS(svgNamespace, 'path')
  const scale = mark.side / mark.matrix.size
  setAttributes(code, {
    d: modulePath(mark.matrix),
    transform: `translate(${mark.x} ${mark.y}) scale(${scale})`,
    'shape-rendering': 'crispEdges',
    role: 'img',
    'aria-label': mark.label,
  })
  return code
}

const greyColour = (grey: number): string => {
  const level = Math.round(grey * 255)
  return `rgb(${level},${level},${level})`
}

const setAttributes = (
  target: SVGElement,
  attributes: Readonly<Record<string, string | number>>,
): void => {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, String(value))
}

/** Widths as this browser sets them; the document's fonts must be loaded before. */
export const canvasMeasure = (page: Document): MeasureText => {
  const context = page.createElement('canvas').getContext('2d')
  if (context === null) throw new Error('This browser has no 2D canvas')
  return (text, weight, sizePoints) => {
    // Measured large and scaled down: some browsers round glyph widths at small sizes.
    const pixels = 100
    context.font = `${weight === 'bold' ? 700 : 400} ${pixels}px '${documentFontFamily}'`
    return (context.measureText(text).width / pixels) * sizePoints * millimetresPerPoint
  }
}
