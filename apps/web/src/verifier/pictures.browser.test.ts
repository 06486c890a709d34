import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { makeKeySet } from '@sidep/trust/certificates'
import type { Browser, Page } from 'playwright-core'
import { makeSigner } from '../../../../packages/trust/test/signer.ts'
import { casesAbsent, readCodePicture, readVerifyCases } from '../../../../tools/src/cases.ts'
import { startBrowser, startBrowserWithCamera, visit } from '../../test/browser.ts'
import { writeFakeCameraOf } from '../../test/fake-camera.ts'
import { startWebPortal, type WebPortal } from '../../test/portal.ts'
import { type PublishedTrust, publishTrust, serveTrust } from '../../test/published-trust.ts'

const at = '2021-08-13T15:30:00Z'
const pictures = [
  'qr-inverted.png',
  'qr-inverted-on-white-page.png',
  'dm-inverted.png',
  'link-and-dm.png',
  'two-qr-link-first.png',
]

let portal: WebPortal
let browser: Browser
let folder = ''
let trust: { readonly anchor: Uint8Array; readonly published: PublishedTrust }
const stops: (() => unknown)[] = []

/** An index that trusts the signers of the outside cases, at their time. */
const casesTrust = async (): Promise<typeof trust> => {
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const keys = await makeKeySet({ at: new Date(at), randomBytes, development: true })
  const { anchor, signer } = await makeSigner(keys.signers.bundle)
  const signers = readVerifyCases().flatMap((one) => one.signers)
  const content = {
    keys: new Map([['FR', [...new Set(signers.filter((entry) => typeof entry === 'string'))]]]),
    twoddoc: signers.filter((entry) => typeof entry !== 'string'),
  }
  const issuedAt = new Date('2021-08-13T15:00:00Z')
  return { anchor, published: await publishTrust(signer, 1, issuedAt, content) }
}

before(async () => {
  if (casesAbsent !== null) return
  const context = { after: (stop: () => unknown) => stops.push(stop) }
  portal = await startWebPortal(context)
  browser = await startBrowser(context)
  folder = await mkdtemp(join(tmpdir(), 'sidep-pictures-'))
  trust = await casesTrust()
})
after(async () => {
  for (const stop of stops.reverse()) await stop()
  if (folder !== '') await rm(folder, { recursive: true, force: true })
})

/** The verifier at the time of the cases, trusting their signers. */
const open = async (
  opened: Browser,
  prepare: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<Page> => {
  const { page, context } = await visit(opened, { permissions: ['camera'] })
  await context.clock.install({ time: at })
  await serveTrust(page, trust.anchor, trust.published)
  await prepare(page)
  await page.goto(`${portal.url}/verifier/`)
  return page
}

const accepted = async (page: Page): Promise<void> => {
  const screen = page.getByRole('alertdialog')
  await screen.waitFor()
  assert.match((await screen.allInnerTexts()).join('\n'), /Valide[\s\S]*vasseur/i)
}

const camera = async (context: { after(stop: () => unknown): void }, name: string) => {
  const video = join(folder, `${name}.y4m`)
  await writeFakeCameraOf(video, readCodePicture(name) ?? new Uint8Array(), browser)
  return await startBrowserWithCamera(context, video)
}

suite('pictures that verifiers failed people on', () => {
  const options = casesAbsent === null ? {} : { skip: casesAbsent }

  for (const name of pictures) {
    test(`${name} as a photo: its certificate is accepted`, options, async () => {
      const page = await open(browser)
      const buffer = Buffer.from(readCodePicture(name) ?? [])
      const choose = page.locator('input[type=file]')
      await choose.setInputFiles({ name, mimeType: 'image/png', buffer })
      await accepted(page)
      await page.context().close()
    })

    test(`${name} before the camera: its certificate is accepted`, options, async (context) => {
      await accepted(await open(await camera(context, name)))
    })
  }

  test(
    'a browser’s own reader that fails in any way gives way to ours',
    options,
    async (context) => {
      const withCamera = await camera(context, 'two-qr-link-first.png')
      const faults = [
        'supported-throws',
        'supported-hangs',
        'constructor-throws',
        'detect-throws',
        'detect-hangs',
        'finds-nothing',
        'finds-the-link',
      ]
      for (const fault of faults) {
        const page = await open(withCamera, (fresh) => fresh.addInitScript(stubDetector, fault))
        await accepted(page)
        await page.context().close()
      }
    },
  )
})

/** Runs in the page: a reader of the browser's own with one fault. */
const stubDetector = (fault: string): void => {
  const hang = () => new Promise<never>(() => undefined)
  const fail = (): never => {
    throw new DOMException('Barcode detection service unavailable.', 'NotSupportedError')
  }
  const link = { format: 'qr_code', rawValue: 'https://example.org/' }
  class Stub {
    static getSupportedFormats() {
      if (fault === 'supported-throws') return fail()
      return fault === 'supported-hangs' ? hang() : Promise.resolve(['qr_code', 'data_matrix'])
    }
    constructor() {
      if (fault === 'constructor-throws') fail()
    }
    detect() {
      if (fault === 'detect-throws') return fail()
      if (fault === 'detect-hangs') return hang()
      return Promise.resolve(fault === 'finds-the-link' ? [link] : [])
    }
  }
  Object.assign(globalThis, { BarcodeDetector: Stub })
}
