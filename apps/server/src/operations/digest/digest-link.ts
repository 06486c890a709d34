/** The code in a digest's link: computed, so that every try of a message has the same, and kept by its hash alone. */
import { createHash } from 'node:crypto'
import { dayMilliseconds } from '@sidep/time'
import type { Vault } from '../../platform/vault.ts'

export const denialPath = '/pas-moi/'
export const linkMilliseconds = 30 * dayMilliseconds

/** 43 characters of base64url that cannot be guessed. */
export const codePattern = /^[A-Za-z0-9_-]{43}$/

export const codeOf = (
  vault: Pick<Vault, 'searchHash'>,
  professionalId: string,
  day: string,
): string =>
  Buffer.from(vault.searchHash('issued-digest', `${professionalId}|${day}`)).toString('base64url')

export const linkHashOf = (code: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(code).digest())

export const linkOf = (counter: string, code: string): string => `${counter}${denialPath}?c=${code}`
