/// <reference lib="webworker" />
import { argon2 } from './argon2.ts'
import type { StretchAnswer, StretchRequest } from './worker-stretch.ts'

const answer = async ({ code, salt, cost }: StretchRequest): Promise<StretchAnswer> => {
  try {
    return { ok: true, secret: await argon2(code, salt, cost) }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}

addEventListener('message', async (event: MessageEvent<StretchRequest>) => {
  postMessage(await answer(event.data))
})
