/**
 * Which browsers a professional has signed in at before: they may always ask for that person's phone, whoever else rings
 * it from elsewhere. The cookie has a number of its own and a keyed hash a person; nobody is named in it, and it opens nothing.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Platform } from '../platform/context.ts'
import type { Cookies } from './cookies.ts'

type Dependencies = {
  readonly platform: Pick<Platform, 'vault' | 'randomBytes'>
  readonly cookies: Cookies
}

/** As many people as share one counter; the one who has been away for longest is forgotten. */
const peopleMax = 20
/** A counter that is used again within this time stays known. */
const secondsMax = 90 * 86_400
const keyBytes = 16
const markBytes = 16

const markOf = ({ platform }: Dependencies, key: string, professionalId: string): string =>
  Buffer.from(platform.vault.searchHash('known-browser', `${key}|${professionalId}`))
    .subarray(0, markBytes)
    .toString('base64url')

const read = (
  { cookies }: Dependencies,
  request: FastifyRequest,
): [key: string, marks: string[]] | null => {
  const value = cookies.read(request.headers.cookie, cookies.knownName)
  const [key = '', ...marks] = (value ?? '').split('.', peopleMax + 1)
  return /^[A-Za-z0-9_-]{22}$/.test(key) ? [key, marks] : null
}

/** The number of this browser when this person has signed in at it before; null otherwise. */
export const knownBrowserOf = (
  dependencies: Dependencies,
  request: FastifyRequest,
  professionalId: string,
): string | null => {
  const known = read(dependencies, request)
  if (known === null) return null
  const [key, marks] = known
  return marks.includes(markOf(dependencies, key, professionalId)) ? key : null
}

/** Remembers that this person signed in at this browser. */
export const rememberBrowser = (
  dependencies: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  professionalId: string,
): void => {
  const [key, marks] = read(dependencies, request) ?? [
    Buffer.from(dependencies.platform.randomBytes(keyBytes)).toString('base64url'),
    [],
  ]
  const own = markOf(dependencies, key, professionalId)
  const others = marks.filter((mark) => mark !== own)
  const value = [key, own, ...others].slice(0, peopleMax + 1).join('.')
  const { cookies } = dependencies
  reply.header('set-cookie', cookies.set(cookies.knownName, value, secondsMax, '/login/'))
}
