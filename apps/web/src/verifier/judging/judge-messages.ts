import type { Judge } from './judge.ts'

/** First of all: what the page brings, SubjectPublicKeyInfo; null where it brings none. */
export interface JudgeStart {
  readonly anchor: Uint8Array | null
}

/** What the page asks of the worker that judges. */
export interface JudgeCall {
  readonly id: number
  readonly name: keyof Judge
  readonly given: readonly unknown[]
}

/** What comes back, one for each call. */
export type JudgeAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly reason: string }
