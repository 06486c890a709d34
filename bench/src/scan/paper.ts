/**
 * What a camera of 1280 × 720 sees of a paper or a phone that somebody holds up: the code turned, tilted, out of focus, in
 * the dark, folded, light on dark, or far away; always with the noise of a sensor and a room around it.
 */

/** A code before it is drawn: rows of modules, true is dark. */
export interface CodeGrid {
  readonly kind: 'qr' | 'datamatrix'
  readonly rows: readonly (readonly boolean[])[]
}

export const treatments = [
  'plain',
  'rotated',
  'tilted',
  'blurred',
  'dim',
  'creased',
  'inverted',
  'small',
  'noisy',
  'glare',
] as const
export type Treatment = (typeof treatments)[number]

/** How a paper is held and lit; what it is not told is as at a desk. */
export interface Pose {
  /** Pixels a module. */
  readonly modulePixels: number
  readonly turnRadians: number
  /** How much nearer one edge is: share of the size, for each 100 pixels from the middle. */
  readonly tilt: readonly [number, number]
  /** Where its middle is, in pixels from the middle of the picture. */
  readonly middle: readonly [number, number]
  /** Standard deviation of the lens's blur, in pixels. */
  readonly blurPixels: number
  readonly paper: number
  readonly ink: number
  /** Standard deviation of the sensor's noise, in steps of 256. */
  readonly noise: number
  /** Line of a fold through the code: its direction, and how far from the middle in modules; null without one. */
  readonly crease: { readonly radians: number; readonly modules: number } | null
  /** Brightness that a lamp adds in the middle of its reflection. */
  readonly glare: number
}

/** A picture in grey, a byte a pixel. */
export interface GreyPicture {
  readonly width: number
  readonly height: number
  readonly luma: Uint8Array
}

const frameWidth = 1280
const frameHeight = 720

/** As it is held up at a door, by one of the treatments. */
export const poseOf = (treatment: Treatment, size: number, random: () => number): Pose => {
  const between = (low: number, high: number): number => low + (high - low) * random()
  const atDesk: Pose = {
    // Between a third and two thirds of the picture's height.
    modulePixels: between(280, 460) / size,
    turnRadians: between(-0.12, 0.12),
    tilt: [between(-0.01, 0.01), between(-0.01, 0.01)],
    middle: [between(-150, 150), between(-60, 60)],
    blurPixels: 0.6,
    paper: between(195, 230),
    ink: between(25, 50),
    noise: 2,
    crease: null,
    glare: 0,
  }
  switch (treatment) {
    case 'plain':
      return atDesk
    case 'rotated':
      return { ...atDesk, turnRadians: between(-Math.PI, Math.PI), middle: [0, 0] }
    case 'tilted':
      return { ...atDesk, tilt: [between(-0.07, 0.07), between(-0.07, 0.07)] }
    case 'blurred':
      return { ...atDesk, blurPixels: atDesk.modulePixels * between(0.3, 0.42) }
    case 'dim':
      return { ...atDesk, paper: between(55, 80), ink: between(18, 26), noise: 4 }
    case 'creased':
      return {
        ...atDesk,
        crease: { radians: between(0, Math.PI), modules: between(-0.3, 0.3) * size },
      }
    case 'inverted':
      return { ...atDesk, paper: between(18, 40), ink: between(200, 235) }
    case 'small':
      return { ...atDesk, modulePixels: between(2.4, 3), middle: [between(-300, 300), 0] }
    case 'noisy':
      return { ...atDesk, noise: 12 }
    case 'glare':
      return { ...atDesk, glare: between(40, 90) }
  }
}

/** Modules of the sheet that are seen around the code. */
const sheetMargin = 6
const room = 105
/** A sheet that leans by ten degrees is seen this much shorter: 1 − cos 10°. */
const foldLean = 0.015

/** How bright the sheet is at a point, in modules from the middle of the code. */
const sheetAt = (
  { rows }: CodeGrid,
  { paper, ink, crease }: Pose,
  u: number,
  v: number,
): number | null => {
  const half = rows.length / 2
  let [x, y] = [u, v]
  let light = 1
  if (crease !== null) {
    const [alongX, alongY] = [Math.cos(crease.radians), Math.sin(crease.radians)]
    const beyond = -alongY * u + alongX * v - crease.modules
    // A fold is a dark line; behind it the sheet leans away from the light and is seen a little shorter.
    if (Math.abs(beyond) < 0.3) light = 0.55
    else if (beyond > 0) {
      light = 0.82
      x += -alongY * beyond * foldLean
      y += alongX * beyond * foldLean
    }
  }
  if (Math.max(Math.abs(x), Math.abs(y)) > half + sheetMargin) return null
  const isDark = rows[Math.floor(y + half)]?.[Math.floor(x + half)] === true
  return (isDark ? ink : paper) * light
}

/** Four looks into each pixel: edges of modules fall anywhere in it. */
const looks = [-0.25, 0.25] as const

const drawSharp = (grid: CodeGrid, pose: Pose): Float32Array => {
  const light = new Float32Array(frameWidth * frameHeight)
  const { modulePixels, turnRadians, tilt, middle } = pose
  const [cosine, sine] = [Math.cos(turnRadians), Math.sin(turnRadians)]
  const [tiltX, tiltY] = [tilt[0] / 100, tilt[1] / 100]
  const left = frameWidth / 2 + middle[0]
  const top = frameHeight / 2 + middle[1]
  // Beyond its corners, the nearer edge and all, there is no sheet.
  const reach = (grid.rows.length / 2 + sheetMargin) * modulePixels * 1.42 * 1.5
  for (let row = 0; row < frameHeight; row += 1) {
    for (let column = 0; column < frameWidth; column += 1) {
      const ground =
        (room + ((column * 7 + row * 3) % 190 < 95 ? 6 : -6)) * (pose.paper < 100 ? 0.35 : 1)
      if (Math.hypot(column - left, row - top) > reach) {
        light[row * frameWidth + column] = ground
        continue
      }
      let sum = 0
      for (const down of looks) {
        for (const across of looks) {
          const x = column + across - left
          const y = row + down - top
          const depth = (1 + tiltX * x + tiltY * y) * modulePixels
          const u = (cosine * x + sine * y) / depth
          const v = (cosine * y - sine * x) / depth
          sum += sheetAt(grid, pose, u, v) ?? ground
        }
      }
      light[row * frameWidth + column] = sum / 4
    }
  }
  return light
}

/** Blurs in one direction by a moving mean. */
const blurLines = (
  light: Float32Array,
  radius: number,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
): Float32Array => {
  const out = new Float32Array(light.length)
  for (let line = 0; line < lines; line += 1) {
    const start = line * lineStep
    const at = (index: number): number =>
      light[start + Math.min(length - 1, Math.max(0, index)) * step] ?? 0
    let sum = 0
    for (let index = -radius; index <= radius; index += 1) sum += at(index)
    for (let index = 0; index < length; index += 1) {
      out[start + index * step] = sum / (2 * radius + 1)
      sum += at(index + radius + 1) - at(index - radius)
    }
  }
  return out
}

/** A blur of a standard deviation, as three moving means (Kovesi, Fast Almost-Gaussian Filtering, 2010). */
const blurred = (light: Float32Array, sigma: number): Float32Array => {
  const means = 3
  const ideal = Math.sqrt((12 * sigma ** 2) / means + 1)
  const small = 2 * Math.floor((ideal - 1) / 2) + 1
  const smaller = Math.round(
    (12 * sigma ** 2 - means * small ** 2 - 4 * means * small - 3 * means) / (-4 * small - 4),
  )
  let out = light
  for (let mean = 0; mean < means; mean += 1) {
    const radius = ((mean < smaller ? small : small + 2) - 1) / 2
    if (radius < 1) continue
    out = blurLines(out, radius, frameHeight, frameWidth, frameWidth, 1)
    out = blurLines(out, radius, frameWidth, frameHeight, 1, frameWidth)
  }
  return out
}

/** Draws one picture; the noise is another in each. */
export const drawPaper = (grid: CodeGrid, pose: Pose, random: () => number): GreyPicture => {
  const light = blurred(drawSharp(grid, pose), pose.blurPixels)
  const luma = new Uint8Array(light.length)
  const lamp = { x: frameWidth / 2 + pose.middle[0] + 60, y: frameHeight / 2 + pose.middle[1] - 40 }
  for (let index = 0; index < light.length; index += 1) {
    const [x, y] = [index % frameWidth, Math.floor(index / frameWidth)]
    const away = ((x - lamp.x) ** 2 + (y - lamp.y) ** 2) / 140 ** 2
    const glare = pose.glare === 0 ? 0 : pose.glare * Math.exp(-away)
    // The sum of four even numbers is near enough to a normal one.
    const grain = (random() + random() + random() + random() - 2) * Math.sqrt(3) * pose.noise
    luma[index] = Math.min(255, Math.max(0, (light[index] ?? 0) + glare + grain))
  }
  return { width: frameWidth, height: frameHeight, luma }
}

/** The same place with nobody before the camera. */
export const emptyRoom = (random: () => number): GreyPicture =>
  drawPaper(
    { kind: 'qr', rows: [] },
    { ...poseOf('plain', 60, random), middle: [4_000, 0] },
    random,
  )
