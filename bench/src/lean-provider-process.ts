/** Starts, spoils, stops and kills the lean provider's process. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { routes } from '@sidep/contracts'
import { generateProfessionals } from '@sidep/dev'
import { freePort } from '@sidep/server/platform/free-port.ts'
import type { Lie } from './lean-provider.ts'
import { processMilliseconds } from './processor-time.ts'

export const leanClient = { id: 'sidep-bench', secret: 'sidep-bench-secret' } as const
export const leanPeople = { count: 4_000, seed: 1 } as const

export interface ToProvider {
  readonly lie: Lie
  readonly delayMilliseconds: number
}

/** How a provider can fail. */
export type ProviderFailure =
  | { readonly kind: 'none' }
  /** `kill -9`. */
  | { readonly kind: 'killed' }
  /** Connections are taken and nothing is ever answered: the process is stopped. */
  | { readonly kind: 'black-holed' }
  | { readonly kind: 'slow'; readonly milliseconds: number }
  | { readonly kind: 'lying'; readonly lie: Exclude<Lie, 'none'> }

export interface LeanProviderProcess {
  /** Settings of a portal that signs in there. */
  readonly environment: Readonly<Record<string, string>>
  fail(failure: ProviderFailure): Promise<void>
  /** Processor time used so far, by all processes that it was. */
  milliseconds(): number
  close(): Promise<void>
}

const main = fileURLToPath(new URL('./lean-provider-main.ts', import.meta.url))

/** National ids of invented pharmacists who can sign in there and work at exactly one site. */
export const leanPharmacists = (): string[] =>
  generateProfessionals(leanPeople.count, leanPeople.seed)
    .filter(
      ({ profession, category, activities }) =>
        profession.code === '21' &&
        category === 'C' &&
        activities.length === 1 &&
        activities[0]?.finess !== '',
    )
    .map(({ nationalId }) => nationalId)

export const startLeanProvider = async (portalUrl: string): Promise<LeanProviderProcess> => {
  const port = await freePort('127.0.0.1')
  const issuer = `http://127.0.0.1:${port}`
  const redirectUri = `${portalUrl}${routes.loginEcpsCallback}`
  let before = 0
  let isStopped = false

  const start = async (): Promise<ChildProcess> => {
    const child = fork(main, [String(port), redirectUri], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    await once(child, 'message')
    return child
  }
  let child: ChildProcess | null = await start()

  const kill = async (): Promise<void> => {
    const ending = child
    if (ending === null) return
    child = null
    before += processMilliseconds(ending.pid ?? 0)
    const ended = once(ending, 'exit')
    // A stopped process takes no other signal.
    ending.kill('SIGKILL')
    await ended
  }

  return {
    environment: {
      ECPS_ISSUER: issuer,
      ECPS_CLIENT_ID: leanClient.id,
      ECPS_CLIENT_SECRET: leanClient.secret,
    },
    async fail(failure) {
      if (isStopped) child?.kill('SIGCONT')
      isStopped = false
      if (failure.kind === 'killed') return kill()
      child ??= await start()
      child.send({
        lie: failure.kind === 'lying' ? failure.lie : 'none',
        delayMilliseconds: failure.kind === 'slow' ? failure.milliseconds : 0,
      } satisfies ToProvider)
      if (failure.kind === 'black-holed') {
        child.kill('SIGSTOP')
        isStopped = true
      }
    },
    milliseconds: () => before + (child === null ? 0 : processMilliseconds(child.pid ?? 0)),
    close: kill,
  }
}
