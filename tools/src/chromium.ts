/** Chromium for tests: started in one way everywhere. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Browser, chromium, type Page } from 'playwright-core'

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

export interface KillableChromium {
  readonly page: Page
  /** Ends every process of it at once. */
  kill(): Promise<void>
}

const killGroup = async (child: ChildProcess): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  // Its own process group: the browser, and all that it started.
  process.kill(-child.pid, 'SIGKILL')
  await gone
}

const addressOf = async ({ stderr }: ChildProcess): Promise<string> => {
  if (stderr === null) throw new Error('the browser has no output to read')
  for await (const line of createInterface({ input: stderr })) {
    const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error('the browser did not start')
}

/**
 * Starts the whole browser on a profile, which it finds as the last one left it; whoever starts it kills it.
 *
 * @param extraArguments more switches of its command line
 */
export const launchKillableChromium = async (
  profile: string,
  extraArguments: readonly string[] = [],
): Promise<KillableChromium> => {
  const child = spawn(
    '/usr/bin/chromium',
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      ...extraArguments,
      'about:blank',
    ],
    {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, TZ: 'Europe/Paris', LANGUAGE: 'fr' },
    },
  )
  const kill = (): Promise<void> => killGroup(child)
  try {
    const browser = await chromium.connectOverCDP(await addressOf(child))
    child.stderr?.resume()
    const [own] = browser.contexts()
    if (own === undefined) throw new Error('a browser without a window')
    const page = await own.newPage()
    page.setDefaultTimeout(60_000)
    return { page, kill }
  } catch (error) {
    await kill()
    throw error
  }
}
