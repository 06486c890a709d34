/** Chromium for tests: started in one way everywhere. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/**
 * The same engine without the windows, tabs and extensions that no test looks at: it takes about a quarter less of the
 * processor (Debian: chromium-headless-shell). Where it is not installed, the whole browser does.
 */
const programs = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'] as const

/** `SIDEP_TEST_CHROMIUM=/usr/bin/chromium` tries the suite in another one. */
const programOfTests = (): string =>
  process.env.SIDEP_TEST_CHROMIUM ?? programs.find(existsSync) ?? programs[0]

/**
 * Starts a browser; whoever starts it closes it.
 *
 * @param extraArguments more switches of its command line, such as a picture for its camera
 */
export const launchChromium = (extraArguments: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: programOfTests(),
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      // As the whole browser has it; otherwise letters of a printed page stand apart from each other.
      '--font-render-hinting=none',
      ...extraArguments,
    ],
  })
