import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { routes } from '@sidep/contracts'
import type { Purpose } from '@sidep/verdict'
import { makeSigner } from '../../../../../packages/trust/test/signer.ts'
import {
  makeIssuer,
  type TestIssuer,
  testPayload,
} from '../../../../../packages/verdict/test/issuer.ts'
import { type PublishedTrust, publishTrust } from '../../../test/published-trust.ts'
import type { TrustDependencies } from '../trust-source.ts'
import { memoryTrustStore } from '../trust-store.ts'
import { type Judge, makeJudge, type Question } from './judge.ts'
import { judgeInWorker } from './judge-in-worker.ts'
import type { JudgeCall, JudgeStart } from './judge-messages.ts'

const now = new Date('2021-08-13T16:00:00Z')
const pass: Purpose & { kind: 'pass' } = { kind: 'pass', country: 'FR' }

let issuer: TestIssuer
let anchor: Uint8Array
let published: PublishedTrust
before(async () => {
  issuer = await makeIssuer()
  const own = await makeSigner(issuer.keys.signers.bundle)
  anchor = own.anchor
  const content = {
    keys: new Map([['FR', [...issuer.lists.dcc]]]),
    twoddoc: issuer.lists.twoddoc,
  }
  published = await publishTrust(own.signer, 1, now, content)
})

/** A judge before a portal that answers, and what it asked for. */
const judgeAt = (store = memoryTrustStore()): { judge: Judge; asked: string[] } => {
  const asked: string[] = []
  const fetch: TrustDependencies['fetch'] = async (path) => {
    asked.push(path)
    const bytes =
      path === routes.trustIndex
        ? published.index
        : published.parts.get(path.split('/').at(-1) ?? '')
    return bytes === undefined
      ? new Response('', { status: 404 })
      : new Response(new Uint8Array(bytes), { headers: { date: now.toUTCString() } })
  }
  const judge = makeJudge({
    trustAt: async (at) => ({ store, anchor, fetch, now: () => at }),
    alone: (act) => act(),
  })
  return { judge, asked }
}

const question = (text: string, more: Partial<Question> = {}): Question => ({
  texts: [text],
  purpose: pass,
  at: now,
  now,
  shown: null,
  ...more,
})

test('a code is judged by what was loaded, without asking anybody; what leaves says nothing of health', async () => {
  const { judge, asked } = judgeAt()
  assert.equal((await judge.stored(now)).index, null)
  assert.deepEqual(await judge.judge(question('HC1:')), { kind: 'no-trust' })
  const loading = await judge.renew(now)
  assert.equal(loading.index?.number, 1)
  assert.ok(loading.choices.some(({ id }) => id === 'pass:FR'))
  asked.length = 0
  const judged = await judge.judge(question(await issuer.hcert(testPayload())))
  assert.equal(judged.kind === 'verdict' && judged.view.verdict, 'accepted')
  assert.doesNotMatch(JSON.stringify(judged), /LP217198|260415000|840539006|1232|medical/)
  assert.deepEqual(asked, [])
})

test('the same certificate is known again within the minutes, and the other code of what is shown is no other verdict', async () => {
  const { judge } = judgeAt()
  await judge.renew(now)
  const hcert = await issuer.hcert({
    ...testPayload(),
    nam: { fn: 'Lefèvre', fnt: 'LEFEVRE', gn: 'Anne Marie', gnt: 'ANNE<MARIE' },
  })
  const twoddoc = await issuer.twoddoc({ result: 'N', sampledAt: new Date('2021-08-13T10:00:00Z') })
  const first = await judge.judge(question(hcert))
  assert.ok(first.kind === 'verdict')
  assert.equal(first.seenAt, null)
  assert.deepEqual(await judge.judge(question(twoddoc, { shown: first.view })), { kind: 'shown' })
  const later = new Date(now.getTime() + 60_000)
  const again = await judge.judge(question(twoddoc, { now: later }))
  assert.deepEqual(again.kind === 'verdict' && again.seenAt, now)
})

test('one that is made anew judges by what the device keeps', async () => {
  const store = memoryTrustStore()
  await judgeAt(store).judge.renew(now)
  const { judge, asked } = judgeAt(store)
  const judged = await judge.judge(question(await issuer.hcert(testPayload())))
  assert.equal(judged.kind === 'verdict' && judged.view.verdict, 'accepted')
  assert.deepEqual(asked, [])
})

test('nothing is judged with an index past its end', async () => {
  const { judge } = judgeAt()
  await judge.renew(now)
  const past = new Date(now.getTime() + 61 * 86_400_000)
  const text = await issuer.hcert(testPayload())
  assert.deepEqual(await judge.judge(question(text, { now: past })), { kind: 'no-trust' })
})

/** Answers each call with its own name; does what it is told to instead of the first one. */
class StandInWorker extends EventTarget {
  readonly messages: (JudgeStart | JudgeCall)[] = []
  isTerminated = false
  readonly #instead: ((worker: StandInWorker) => void) | null
  constructor(instead: ((worker: StandInWorker) => void) | null) {
    super()
    this.#instead = instead
  }
  postMessage(message: JudgeStart | JudgeCall): void {
    this.messages.push(message)
    if ('anchor' in message) return
    if (this.#instead !== null) {
      this.#instead(this)
      return
    }
    const data = { id: message.id, ok: true, value: message.name }
    queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data })))
  }
  terminate(): void {
    this.isTerminated = true
  }
}

const crash = (worker: StandInWorker): void => {
  queueMicrotask(() => worker.dispatchEvent(new Event('error')))
}

for (const [name, instead] of [
  ['crashes', crash],
  ['hangs over a code', () => undefined],
] as const) {
  test(`a worker that ${name} is ended, and another one is asked, by the same anchor`, async () => {
    const workers: StandInWorker[] = []
    const start = (): Worker => {
      const worker = new StandInWorker(workers.length === 0 ? instead : null)
      workers.push(worker)
      return worker as unknown as Worker
    }
    const judge = judgeInWorker(anchor, start, 20)
    assert.equal(await judge.judge(question('HC1:')), 'judge')
    assert.equal(await judge.failures(), 'failures')
    assert.deepEqual(
      workers.map(({ isTerminated }) => isTerminated),
      [true, false],
    )
    for (const { messages } of workers) assert.deepEqual(messages[0], { anchor })
  })
}

test('a worker that can never be started is said to the page after the second try', async () => {
  const start = (): Worker => new StandInWorker(crash) as unknown as Worker
  await assert.rejects(judgeInWorker(anchor, start).stored(now), /JUDGE_CRASHED/)
})
