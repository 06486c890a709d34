/** The pages of a PDF as pictures, drawn on this device. Loaded on demand: it is larger than all the rest of the page. */
import { getDocument, PDFWorker } from 'pdfjs-dist/legacy/build/pdf.mjs'
import jbig2Address from 'pdfjs-dist/wasm/jbig2.wasm?url'
import openJpegAddress from 'pdfjs-dist/wasm/openjpeg.wasm?url'

/** A certificate has two pages; what lies behind these is not looked at. */
const pagesMax = 4
/** Modules of a DataMatrix on a full page have some four pixels each. */
const longestSidePixels = 2_400
/** An embedded picture of more pixels is left out: a small file can hold a very large one. */
const embeddedPixelsMax = 40_000_000

/** Decoders of what scanners write (JBIG2, JPEG 2000), from our own origin. Fonts and character maps are not needed for codes. */
class OwnBinaryData {
  async fetch({ filename }: { readonly filename: string }): Promise<Uint8Array> {
    const addresses: Readonly<Record<string, string>> = {
      'jbig2.wasm': jbig2Address,
      'openjpeg.wasm': openJpegAddress,
    }
    const address = addresses[filename]
    if (address === undefined) throw new Error(`not kept: ${filename}`)
    const answer = await fetch(address)
    if (!answer.ok) throw new Error(`not served: ${filename}`)
    return new Uint8Array(await answer.arrayBuffer())
  }
}

/**
 * Draws the first pages, one after the other.
 *
 * @param data taken over by the worker
 * @throws when it is no PDF, is locked, or is broken
 */
export const pdfPictures = async function* (
  data: ArrayBuffer,
  page: Document,
): AsyncGenerator<ImageData> {
  const port = new Worker(new URL('./pdf.worker.ts', import.meta.url), {
    type: 'module',
    name: 'pdf-reader',
  })
  const worker = PDFWorker.create({ port })
  const loading = getDocument({
    data,
    worker,
    maxImageSize: embeddedPixelsMax,
    BinaryDataFactory: OwnBinaryData,
    useWorkerFetch: false,
    disableWorkerRendering: true,
    disableFontFace: true,
    useSystemFonts: false,
    enableXfa: false,
  })
  try {
    const document = await loading.promise
    const canvas = page.createElement('canvas')
    for (let number = 1; number <= Math.min(pagesMax, document.numPages); number += 1) {
      const sheet = await document.getPage(number)
      const { width, height } = sheet.getViewport({ scale: 1 })
      const viewport = sheet.getViewport({ scale: longestSidePixels / Math.max(width, height, 1) })
      canvas.width = Math.ceil(viewport.width)
      canvas.height = Math.ceil(viewport.height)
      await sheet.render({ canvas, viewport, background: '#fff' }).promise
      const context = canvas.getContext('2d')
      if (context === null) throw new Error('NO_CANVAS')
      yield context.getImageData(0, 0, canvas.width, canvas.height)
    }
  } finally {
    await loading.destroy()
    port.terminate()
  }
}
