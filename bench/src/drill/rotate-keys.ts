/**
 * `sidep drill rotate-keys`: every kind of key is changed while counters work at several portals. Nobody is signed out, nothing
 * fails, and verifiers accept every certificate, with what they had before it was issued and with what they fetch after.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { verify } from '@sidep/verdict'
import { found } from './check-history.ts'
import type { SentAct } from './counters.ts'
import { type DrillResult, runDrill, type Stage } from './run-drill.ts'
import type { RunSidep } from './sidep-command.ts'
import type { RoundsOptions } from './three-hosts-drills.ts'
import { type PollingVerifier, startVerifiers, TrustRefused } from './verifiers.ts'
import { type OneMachine, startOneMachine } from './world-one-machine.ts'

/** As `sidep keys` names them; `encryption` wraps data keys, and changes at once. */
const scopes = ['dcc', 'twoddoc', 'continuity', 'bundle', 'session'] as const

export interface RotateKeysDrillResult extends DrillResult {
  /** Rotations that took effect, by scope. */
  readonly rotated: Readonly<Record<string, number>>
  /** Verdicts on codes of certificates: each by each verifier, with what it had and with what it has after a poll. */
  readonly verdicts: number
  /**
   * Verdicts KEY_UNKNOWN of what a verifier had, and accepted after its next poll: it had not been told in half a minute, which a
   * portal that is too busy to make the index anew does not do.
   */
  readonly unknownUntilPolled: number
}

interface ListedKey {
  readonly scope: string
  readonly keyId: string
  readonly state: string
}

/** Longer than any verifier here takes between two polls on a machine that is busy; eight days for those outside. */
const ahead = '30s'
const pollMilliseconds = 250
const takesEffectMillisecondsMax = 120_000
const lookMilliseconds = 1_000
/** How long the load goes on under new keys. */
const afterMilliseconds = 4_000

interface Issued {
  readonly screeningId: string
  readonly codes: readonly string[]
}

const codesOf = (text: string): readonly string[] => {
  const { certificate } = JSON.parse(text) as {
    certificate?: { hcert?: string; twoddoc?: string } | null
  }
  return [certificate?.hcert, certificate?.twoddoc].filter((code) => code !== undefined)
}

/** Judges what is issued: with what each verifier has before anything of after is fetched, and after the next poll. */
const makeJudge = (verifiers: readonly PollingVerifier[]) => {
  /** Screenings that somebody began to put right: their first certificates are rightly refused from some moment on. */
  const corrected = new Set<string>()
  let waiting: Issued[] = []
  const refused: Record<string, number> = {}
  let verdicts = 0
  let unknownUntilPolled = 0
  const count = (code: string): void => {
    refused[code] = (refused[code] ?? 0) + 1
  }
  const judge = async (issued: readonly Issued[], when: 'before' | 'after'): Promise<void> => {
    for (const { screeningId, codes } of issued)
      for (const code of codes)
        for (const verifier of verifiers) {
          const said = await verify(code, verifier.trust(), new Date(), { kind: 'none' })
          verdicts += 1
          const isRight = said.code === 'REVOKED' && corrected.has(screeningId)
          const isTooEarly = when === 'before' && said.code === 'KEY_UNKNOWN'
          if (isTooEarly) unknownUntilPolled += 1
          else if (said.verdict !== 'accepted' && !isRight)
            count(`${verifier.name} ${when}: ${said.code}`)
        }
  }
  return {
    heard: ({ kind, screeningId }: SentAct, text: string): void => {
      if (kind === 'correct') corrected.add(screeningId)
      waiting.push({ screeningId, codes: codesOf(text) })
    },
    /** What was issued since the last poll, with what verifiers had all the while; then again with what they fetch. */
    async turn(): Promise<void> {
      const issued = waiting
      waiting = []
      await judge(issued, 'before')
      for (const verifier of verifiers)
        await verifier.poll().catch((error: unknown) => {
          // One that got no answer goes on with what it has, and asks again.
          if (error instanceof TrustRefused) count(`${verifier.name}: ${error.message}`)
        })
      await judge(issued, 'after')
    },
    refused,
    verdicts: () => verdicts,
    unknownUntilPolled: () => unknownUntilPolled,
  }
}

const startJudging = (judge: ReturnType<typeof makeJudge>) => {
  let isOver = false
  const judging = (async () => {
    while (!isOver) {
      await judge.turn()
      await wait(pollMilliseconds)
    }
    await judge.turn()
  })()
  return {
    stop: async (): Promise<void> => {
      isOver = true
      await judging
    },
  }
}

const rotateAll = async (
  { common }: OneMachine,
  stage: Stage,
  sidep: RunSidep,
  rotated: Record<string, number>,
): Promise<void> => {
  const run = (...words: string[]): Promise<unknown> =>
    sidep(['keys', ...words, '--json'], { ...common.settings, DATA_DIR: common.folder, ...fresh })
  const current = async (): Promise<ReadonlyMap<string, string>> => {
    const { keys } = (await run('--list')) as { keys: readonly ListedKey[] }
    const signing = keys.filter(({ state }) => state === 'current')
    return new Map(signing.map(({ scope, keyId }) => [scope, keyId]))
  }
  await stage.strike(`rotate ${scopes.join(', ')}`, async () => {
    const before = await current()
    for (const scope of scopes) await run('--rotate', scope, '--ahead', ahead)
    const end = performance.now() + takesEffectMillisecondsMax
    for (;;) {
      const now = await current()
      if (scopes.every((scope) => now.get(scope) !== before.get(scope))) break
      if (performance.now() > end) throw new Error('the new keys do not sign')
      await wait(lookMilliseconds)
    }
    for (const scope of scopes) rotated[scope] = (rotated[scope] ?? 0) + 1
  })
  await stage.strike('rotate encryption', async () => {
    const { rewrapped } = (await run('--rotate', 'encryption')) as { rewrapped: number }
    if (rewrapped === 0) throw new Error('no data key was wrapped anew')
    rotated.encryption = (rotated.encryption ?? 0) + 1
  })
}

/** Every second each process reads which keys count. */
const fresh = { KEYS_REFRESH_SECONDS: '1' } as const

/** Of a session whose key is not known, or not known yet. */
const isSignedOut = (code: string): boolean => code.startsWith('SESSION_')

export const drillRotateKeys = async (
  { rounds, ...options }: RoundsOptions,
  say: (line: string) => void,
  sidep: RunSidep,
): Promise<RotateKeysDrillResult> => {
  const world = await startOneMachine({ isWhole: false, portals: 3, portalSettings: () => fresh })
  const rotated: Record<string, number> = {}
  try {
    const judge = makeJudge(await startVerifiers(world.targets))
    const result = await runDrill(
      'rotate-keys',
      world,
      options,
      async (stage) => {
        stage.load.hear(judge.heard)
        const judging = startJudging(judge)
        try {
          for (let round = 1; round <= rounds; round += 1)
            await rotateAll(world, stage, sidep, rotated)
          await wait(afterMilliseconds)
        } finally {
          await judging.stop()
        }
      },
      say,
    )
    for (const [what, count] of Object.entries(judge.refused)) say(`${count} ${what}`)
    const certificatesRefused = Object.values(judge.refused).reduce((sum, one) => sum + one, 0)
    const signedOut = Object.entries(result.failures).reduce(
      (sum, [code, count]) => (isSignedOut(code) ? sum + count : sum),
      0,
    )
    return {
      ...result,
      violations: {
        ...result.violations,
        ...found({ CERTIFICATE_REFUSED: certificatesRefused, SIGNED_OUT: signedOut }),
      },
      rotated,
      verdicts: judge.verdicts(),
      unknownUntilPolled: judge.unknownUntilPolled(),
    }
  } finally {
    await world.close()
  }
}
