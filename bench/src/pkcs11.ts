/**
 * `sidep bench pkcs11`: the same issuing with keys in files and with keys in a hardware module, SoftHSM2. Two portals, each with
 * its own database, are kept just busy in turns of a few seconds, so that whatever else the machine does meets both.
 *
 * SoftHSM2 is a module in name only: its signatures cost this machine's own time, about twice what Node's cost. What a real
 * module takes is elsewhere; what our own side of it costs is the same.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { signInOverHttp } from '@sidep/dev'
import { writeKeyFolder } from '@sidep/server/issuance/key-folder.ts'
import { openKeyModule } from '@sidep/server/issuance/pkcs11.ts'
import { newModuleKey } from '@sidep/server/issuance/rotate.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import { makeSofthsmToken, softhsmLibrary } from '@sidep/server/platform/softhsm-testing.ts'
import { makeKeySetWith } from '@sidep/trust/certificates'
import { endOnSignal } from './end-on-signal.ts'
import type { LoadResult } from './load-result.ts'
import { measurePlateau } from './plateau.ts'
import {
  type PortalProcess,
  professionalsOfDistinctSites,
  startPortalProcess,
} from './portal-process.ts'
import { median, quantile, rounded } from './statistics.ts'

export interface Pkcs11BenchOptions {
  /** All rounds together. */
  readonly seconds: number
  /** Of one turn of one side; three when absent. */
  readonly roundSeconds?: number
}

export interface Pkcs11BenchResult extends LoadResult<'pkcs11'> {
  /** As many as could be done, with keys in the module: nothing is held back. */
  readonly offeredPerSecond: number
  /** Screenings recorded a second with the server just busy: medians over rounds. */
  readonly withPkcs11PerSecond: number
  readonly withFilesPerSecond: number
  /** The median of what a round with the module recorded over what the round with files beside it did. */
  readonly pkcs11Ratio: number
  /** Processor time of the server that a screening cost. */
  readonly serverMillisecondsEach: { readonly withPkcs11: number; readonly withFiles: number }
  readonly rounds: readonly { readonly withPkcs11: number; readonly withFiles: number }[]
}

const sitesCount = 40
const atOnce = 48
/** Compilers and caches settle in these; they are not counted. */
const warmUpRounds = 2
const token = 'sidep bench'
const pin = '271828'

interface Token {
  readonly settings: Readonly<Record<string, string>>
  /** A development key set whose signers are in the token. */
  writeKeys(dataDirectory: string): Promise<void>
  close(): Promise<void>
}

const makeToken = async (): Promise<Token> => {
  const folder = await mkdtemp(join(tmpdir(), 'sidep-bench-token-'))
  const close = endOnSignal(() => rm(folder, { recursive: true, force: true }))
  try {
    const configuration = await makeSofthsmToken(folder, token, pin)
    // The library reads it from the environment of the process.
    process.env.SOFTHSM2_CONF = configuration
    const pinFile = join(folder, 'pin')
    await writeFile(pinFile, `${pin}\n`, { mode: 0o600 })
    const module = openKeyModule({ modulePath: softhsmLibrary(), token, pinFiles: [pinFile] })
    if (module === null) throw new Error('a module that is configured was not opened')
    return {
      settings: {
        SOFTHSM2_CONF: configuration,
        PKCS11_MODULE: softhsmLibrary(),
        PKCS11_TOKEN: token,
        PKCS11_PIN_FILE: pinFile,
      },
      async writeKeys(dataDirectory) {
        const keys = await makeKeySetWith<Uint8Array | null>(
          { at: systemClock.now(), randomBytes: systemRandomBytes, development: true },
          (scope) => newModuleKey(module, scope),
        )
        await mkdir(dataDirectory, { recursive: true })
        await writeKeyFolder(join(dataDirectory, 'keys'), keys)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A portal with its counters, and what was recorded there. */
class Side {
  readonly #portal: PortalProcess
  readonly #cookies: readonly string[]
  readonly rates: number[] = []
  readonly latencies: number[] = []
  readonly #acknowledged: string[] = []
  #serverMilliseconds = 0
  #counted = 0

  private constructor(portal: PortalProcess, cookies: readonly string[]) {
    this.#portal = portal
    this.#cookies = cookies
  }

  static async of(portal: PortalProcess): Promise<Side> {
    const cookies = await Promise.all(
      professionalsOfDistinctSites(sitesCount).map(
        async (nationalId) =>
          (await signInOverHttp(portal.url, { nationalId, timeoutMilliseconds: 60_000 })).cookie,
      ),
    )
    return new Side(portal, cookies)
  }

  async round(roundSeconds: number, isCounted: boolean): Promise<void> {
    const { url } = this.#portal
    const before = await this.#portal.processorTime()
    const { perSecond, acknowledged, latencies } = await measurePlateau({
      url,
      origin: url,
      counters: this.#cookies.map((cookie) => ({ cookie })),
      seconds: roundSeconds,
      atOnce,
    })
    const after = await this.#portal.processorTime()
    for (const id of acknowledged) this.#acknowledged.push(id)
    if (!isCounted) return
    this.rates.push(rounded(perSecond))
    for (const latency of latencies) this.latencies.push(latency)
    this.#serverMilliseconds += after.serverMilliseconds - before.serverMilliseconds
    this.#counted += acknowledged.length
  }

  get serverMillisecondsEach(): number {
    return rounded(this.#serverMilliseconds / this.#counted, 3)
  }

  count(): ReturnType<PortalProcess['stopAndCount']> {
    return this.#portal.stopAndCount(this.#acknowledged)
  }
}

/** Measures for the time given, both kinds of keys in turns. @throws when SoftHSM2 is not installed */
export const benchPkcs11 = async ({
  seconds,
  roundSeconds = 3,
}: Pkcs11BenchOptions): Promise<Pkcs11BenchResult> => {
  await using closing = new AsyncDisposableStack()
  const hardware = await makeToken()
  closing.defer(() => hardware.close())
  const start = async (
    settings: Readonly<Record<string, string>>,
    prepare?: (dataDirectory: string) => Promise<void>,
  ): Promise<Side> => {
    const portal = await startPortalProcess(settings, prepare === undefined ? {} : { prepare })
    closing.defer(() => portal.close())
    return Side.of(portal)
  }
  const withFiles = await start({})
  const withPkcs11 = await start(hardware.settings, (folder) => hardware.writeKeys(folder))
  const rounds = Math.max(2, Math.round(seconds / (2 * roundSeconds)))
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    // Who comes first takes turns as well.
    const sides = round % 2 === 0 ? [withFiles, withPkcs11] : [withPkcs11, withFiles]
    for (const side of sides) await side.round(roundSeconds, round >= 0)
  }
  const counts = [await withFiles.count(), await withPkcs11.count()]
  const pairs = withPkcs11.rates.map((rate, index) => ({
    withPkcs11: rate,
    withFiles: withFiles.rates[index] ?? Number.NaN,
  }))
  const latencies = withPkcs11.latencies.toSorted((a, b) => a - b)
  const perSecond = median(withPkcs11.rates)
  return {
    scenario: 'pkcs11',
    seconds: rounds * 2 * roundSeconds,
    offeredPerSecond: perSecond,
    donePerSecond: perSecond,
    failed: 0,
    lost: counts.reduce((sum, { lost }) => sum + lost, 0),
    duplicated: counts.reduce((sum, { duplicated }) => sum + duplicated, 0),
    p50Milliseconds: rounded(quantile(latencies, 0.5)),
    p99Milliseconds: rounded(quantile(latencies, 0.99)),
    cores: availableParallelism(),
    withPkcs11PerSecond: perSecond,
    withFilesPerSecond: median(withFiles.rates),
    pkcs11Ratio: rounded(median(pairs.map((pair) => pair.withPkcs11 / pair.withFiles)), 2),
    serverMillisecondsEach: {
      withPkcs11: withPkcs11.serverMillisecondsEach,
      withFiles: withFiles.serverMillisecondsEach,
    },
    rounds: pairs,
  }
}
