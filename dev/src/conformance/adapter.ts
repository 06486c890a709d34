/**
 * How the kit drives the software of a vendor: it starts an adapter, writes one command a line to its standard input, and
 * reads one answer a line from its standard output (NDJSON). docs/reference/conformance.md says the same for vendors.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { ClientCertificate } from '@sidep/sdk/node'

/** A screening without its id, which is the adapter's to make. */
export interface ScreeningToEnter {
  readonly person: {
    readonly familyName: string
    readonly firstNames: string
    readonly birthDate: string
    readonly sex: 'F' | 'M' | 'U'
  }
  readonly kind: string
  readonly device: string
  readonly sampledAt: string
  readonly result: 'negative' | 'positive' | 'inconclusive'
}

export type Command =
  /** `slip`: it was written by hand on that one, and is typed from it. */
  | { readonly do: 'record'; readonly screening: ScreeningToEnter; readonly slip?: string }
  | {
      readonly do: 'correct'
      readonly screening: string
      readonly result: ScreeningToEnter['result']
    }
  | { readonly do: 'withdraw'; readonly screening: string }
  /** What waits goes now, as far as the portal may be asked; a booklet is taken when one is due. */
  | { readonly do: 'send' }

export interface AdapterAnswer {
  readonly outcome: 'recorded' | 'kept' | 'refused' | 'done'
  /** Id of the screening that was entered. */
  readonly screening?: string
  /** Of a refusal: its code, and the sentence that the user sees. */
  readonly code?: string
  readonly text?: string
  /** Of what was kept: the provisional certificate that the person is given. */
  readonly provisional?: string | null
}

/** What the adapter works with; a process finds it in its environment, under the names beside. */
export interface AdapterSurroundings {
  /** SIDEP_PORTAL: address of the portal, without a path. */
  readonly portal: string
  /** SIDEP_ISSUER: what the portal calls itself; assertions name it as their audience. */
  readonly issuer: string
  /** SIDEP_CLIENT_ID */
  readonly clientId: string
  /** SIDEP_CLIENT_KEY: path of the private key of that client, PKCS #8 PEM, for ES256. */
  readonly clientKey: string
  /** SIDEP_REFRESH_TOKEN: of the delegation by which it works. */
  readonly refreshToken: string
  /**
   * SIDEP_CERTIFICATE, SIDEP_CERTIFICATE_KEY and SIDEP_AUTHORITY: paths of the certificate that it shows, of its key, and of
   * who issued the portal's; null, and not set, where the portal asks for none.
   */
  readonly certificate: ClientCertificate | null
  /** SIDEP_PROFESSIONAL */
  readonly professionalId: string
  /** SIDEP_SITE */
  readonly siteId: string
  /** SIDEP_DATA: a folder that stays when the program ends. */
  readonly dataFolder: string
}

/** An adapter at work. */
export interface Adapter {
  readonly ask: (command: Command) => Promise<AdapterAnswer>
  /** At once, as by a power cut. */
  readonly kill: () => Promise<void>
}

export type StartAdapter = (surroundings: AdapterSurroundings) => Promise<Adapter>

const answerMillisecondsMax = 60_000
const outcomes: readonly string[] = ['recorded', 'kept', 'refused', 'done']

const isAnswer = (value: unknown): value is AdapterAnswer & { readonly id: number } =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  'outcome' in value &&
  outcomes.includes(String(value.outcome))

interface Started {
  readonly program: string
  readonly words: readonly string[]
}

/** A JSON file names the command; a program of JavaScript or Python is started with its own; any other by itself. */
const programOf = async (file: string): Promise<Started> => {
  switch (extname(file)) {
    case '.json': {
      const said: unknown = JSON.parse(await readFile(file, 'utf8'))
      const { command } = said as { readonly command?: unknown }
      if (!Array.isArray(command) || !command.every((word) => typeof word === 'string'))
        throw new Error(`${file}: {"command": ["program", "word", …]}`)
      const [program = '', ...words] = command
      return { program, words }
    }
    case '.js':
    case '.mjs':
    case '.ts':
      return { program: process.execPath, words: [file] }
    case '.py':
      return { program: 'python3', words: [file] }
    default:
      return { program: file, words: [] }
  }
}

const fileNames = {
  clientKey: 'client-key.pem',
  certificate: 'certificate.pem',
  certificateKey: 'certificate-key.pem',
  authority: 'authority.pem',
} as const

/** Beside what the adapter keeps, for it to read. */
const writeFiles = async ({
  dataFolder,
  clientKey,
  certificate,
}: AdapterSurroundings): Promise<void> => {
  const write = (name: string, text: string) =>
    writeFile(join(dataFolder, name), text, { mode: 0o600 })
  await write(fileNames.clientKey, clientKey)
  if (certificate === null) return
  await write(fileNames.certificate, certificate.certificate)
  await write(fileNames.certificateKey, certificate.key)
  await write(fileNames.authority, certificate.authority ?? '')
}

const certificateSettings = ({
  certificate,
  dataFolder,
}: AdapterSurroundings): Record<string, string> =>
  certificate === null
    ? {}
    : {
        SIDEP_CERTIFICATE: join(dataFolder, fileNames.certificate),
        SIDEP_CERTIFICATE_KEY: join(dataFolder, fileNames.certificateKey),
        SIDEP_AUTHORITY: join(dataFolder, fileNames.authority),
      }

const environmentOf = (surroundings: AdapterSurroundings): Record<string, string> => ({
  SIDEP_PORTAL: surroundings.portal,
  SIDEP_ISSUER: surroundings.issuer,
  SIDEP_CLIENT_ID: surroundings.clientId,
  SIDEP_CLIENT_KEY: join(surroundings.dataFolder, fileNames.clientKey),
  SIDEP_REFRESH_TOKEN: surroundings.refreshToken,
  SIDEP_PROFESSIONAL: surroundings.professionalId,
  SIDEP_SITE: surroundings.siteId,
  SIDEP_DATA: surroundings.dataFolder,
  ...certificateSettings(surroundings),
})

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((done) => child.once('exit', () => done()))

/** @param given path of the adapter, from where the command was typed */
export const processAdapter =
  (given: string): StartAdapter =>
  async (surroundings) => {
    const file = resolve(given)
    const { program, words } = await programOf(file)
    await writeFiles(surroundings)
    const child = spawn(program, [...words], {
      cwd: dirname(file),
      env: { ...process.env, ...environmentOf(surroundings) },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const waiting = new Map<number, (answer: AdapterAnswer | Error) => void>()
    const giveUp = (error: Error): void => {
      for (const settle of waiting.values()) settle(error)
      waiting.clear()
    }
    child.on('error', giveUp)
    child.on('exit', () => giveUp(new Error('the adapter ended')))
    child.stdin.on('error', () => undefined)
    createInterface({ input: child.stdout }).on('line', (line) => {
      let said: unknown
      try {
        said = JSON.parse(line)
      } catch {
        // Adapters may print for people, too.
        return
      }
      if (!isAnswer(said)) return
      waiting.get(said.id)?.(said)
      waiting.delete(said.id)
    })
    let last = 0
    return {
      ask: (command) =>
        new Promise((done, failed) => {
          last += 1
          const id = last
          const timer = setTimeout(() => {
            waiting.delete(id)
            failed(new Error(`no answer to ${command.do} in ${answerMillisecondsMax / 1_000} s`))
          }, answerMillisecondsMax)
          waiting.set(id, (answer) => {
            clearTimeout(timer)
            if (answer instanceof Error) failed(answer)
            else done(answer)
          })
          child.stdin.write(`${JSON.stringify({ id, ...command })}\n`)
        }),
      kill: async () => {
        child.kill('SIGKILL')
        await ended(child)
      },
    }
  }
