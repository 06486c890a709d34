/**
 * What is put into the page before its own scripts: it looks on, and takes no part. Functions here are sent to the browser as
 * text, so each has all that it needs.
 */

export interface Recorded {
  /** When a paper was first in a picture that the browser showed, by its number. */
  readonly inSight: Record<number, number>
  /** When the worker was sent a picture, and when it answered. */
  readonly looks: { readonly sentAt: number; readonly answeredAt: number }[]
  /** What was drawn as a verdict, and when it was on the screen. */
  readonly verdicts: { readonly text: string; readonly at: number }[]
  /** From when to when a verdict covered the camera, which is not read meanwhile. */
  readonly covered: [from: number, until: number][]
  /** Questions to the browser's own detector. */
  nativeLooks: number
}

declare global {
  var scanRecorded: Recorded
}

/** Notes everything down in `scanRecorded`. */
export const lookOn = ({ cellPixels, cells }: { cellPixels: number; cells: number }): void => {
  const recorded: Recorded = {
    inSight: {},
    looks: [],
    verdicts: [],
    covered: [],
    nativeLooks: 0,
  }
  globalThis.scanRecorded = recorded

  const BrowserWorker = globalThis.Worker
  globalThis.Worker = class extends BrowserWorker {
    readonly #sentAt: number[] = []
    constructor(...details: ConstructorParameters<typeof BrowserWorker>) {
      super(...details)
      // Another worker of the page judges what this one reads.
      if (details[1]?.name !== 'code-reader') return
      this.addEventListener('message', () => {
        recorded.looks.push({ sentAt: this.#sentAt.shift() ?? 0, answeredAt: performance.now() })
      })
    }
    override postMessage(...sent: unknown[]): void {
      this.#sentAt.push(performance.now())
      Reflect.apply(super.postMessage, this, sent)
    }
  }

  /** The number in the strip, of a row of brightness through its middle. */
  const numberIn = (row: Uint8Array): number => {
    let number = 0
    for (let cell = 2; cell < cells; cell += 1) {
      if ((row[cell * cellPixels + cellPixels / 2] ?? 0) > 128) number |= 1 << (cell - 2)
    }
    return number
  }
  const strip = new Uint8Array(cells * cellPixels * 2 * 4)
  const watch = (video: HTMLVideoElement): void => {
    video.requestVideoFrameCallback(async (now) => {
      watch(video)
      const frame = new VideoFrame(video)
      try {
        const rect = { x: 0, y: cellPixels / 2, width: cells * cellPixels, height: 2 }
        await frame.copyTo(strip, { rect })
        const number = numberIn(strip)
        if (number > 0) recorded.inSight[number] ??= now
      } finally {
        frame.close()
      }
    })
  }

  /** After the next frame has been drawn: its callback comes before it, a message after. */
  const onceDrawn = (act: () => void): void => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = act
      port2.postMessage(null)
    })
  }
  let watched: Element | null = null
  let verdict: Element | null = null
  let coveredSince: number | null = null
  const look = (): void => {
    const video = document.querySelector('video')
    if (video !== null && video !== watched) {
      watched = video
      watch(video)
    }
    const shown = document.querySelector('[role=alertdialog]')
    if (shown !== null && shown !== verdict) {
      const text = shown.textContent ?? ''
      onceDrawn(() => recorded.verdicts.push({ text, at: performance.now() }))
    }
    verdict = shown
    const isCovered = shown?.getAttribute('aria-modal') === 'true'
    if (isCovered) coveredSince ??= performance.now()
    else if (coveredSince !== null) {
      recorded.covered.push([coveredSince, performance.now()])
      coveredSince = null
    }
  }
  addEventListener('DOMContentLoaded', () => {
    new MutationObserver(look).observe(document.documentElement, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['aria-modal'],
    })
    look()
  })
}

/**
 * A detector of the browser's own that sees everything at once: it answers what the strip says, after the time that a good
 * one takes.
 */
export const stubDetector = (details: {
  readonly texts: readonly string[]
  readonly milliseconds: number
  readonly cellPixels: number
  readonly cells: number
}): void => {
  const { texts, milliseconds, cellPixels, cells } = details
  const canvas = new OffscreenCanvas(cells, 1)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  class Detector {
    static getSupportedFormats = async () => ['qr_code', 'data_matrix']
    detect = async (given: ImageBitmap | ImageData) => {
      const picture = 'data' in given ? await createImageBitmap(given) : given
      globalThis.scanRecorded.nativeLooks += 1
      const length = cells * cellPixels
      context?.drawImage(picture, 0, 0, length, cellPixels, 0, 0, cells, 1)
      const { data = [] } = context?.getImageData(0, 0, cells, 1) ?? {}
      await new Promise((resolve) => {
        setTimeout(resolve, milliseconds)
      })
      let number = 0
      for (let cell = 2; cell < cells; cell += 1) {
        if ((data[cell * 4] ?? 0) > 128) number |= 1 << (cell - 2)
      }
      const rawValue = texts[number - 1]
      const format = rawValue?.startsWith('HC1:') === true ? 'qr_code' : 'data_matrix'
      return rawValue === undefined ? [] : [{ format, rawValue }]
    }
  }
  Object.assign(globalThis, { BarcodeDetector: Detector })
}

/**
 * Put before the worker's own script: as many times slower as told. Chromium slows the threads of pages and refuses those of
 * workers ("Operation is only supported for pages, not workers"), so each answer waits, busily, until it took that much longer.
 */
export const slowWorker = (times: number): string => `
{
  let since = 0
  addEventListener('message', () => { since = performance.now() })
  const answer = self.postMessage.bind(self)
  self.postMessage = (...sent) => {
    const until = since + (performance.now() - since) * ${times}
    while (performance.now() < until);
    answer(...sent)
  }
}
`
