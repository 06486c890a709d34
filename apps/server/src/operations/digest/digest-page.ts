/**
 * `/pas-moi/`: the page of a digest's link, whole without script.
 *
 * Invariants
 * - Opening it changes nothing: scanners of mail follow every link. What it does is said first, and done by one press.
 * - Done once: whoever presses again, or opens it later, is told that it is done.
 */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Platform } from '../../platform/context.ts'
import { escaped, type Language, languageOf, renderPaper } from '../../platform/paper/paper.ts'
import { codePattern, denialPath, linkHashOf, linkMilliseconds } from './digest-link.ts'
import { type Digest, denyDigest, findDigest } from './digest-store.ts'
import { pageWords } from './digest-words.ts'

interface Query {
  /** Absent, or cut off by a mail program: it leads nowhere. */
  readonly c?: string
  readonly lang?: string
}
const querystring = Type.Object({
  c: Type.Optional(Type.String({ maxLength: 200 })),
  lang: Type.Optional(Type.String({ maxLength: 20 })),
})

const paragraph = (text: string): string => `<p>${escaped(text)}</p>`

const askHtml = (language: Language, digest: Digest, code: string): string => {
  const w = pageWords[language]
  const sites = digest.sites.map(
    ({ name, site, entries }) => `<li>${escaped(`${name} (${site}) : ${entries}`)}</li>`,
  )
  return `<h1>${escaped(w.title)}</h1>
${paragraph(w.what(digest))}
${paragraph(w.between(digest))}
<ul>${sites.join('')}</ul>
<h2>${escaped(w.willHappen)}</h2>
<ul>${w.effects.map((effect) => `<li>${escaped(effect)}</li>`).join('')}</ul>
<form method="post" action="${denialPath}?c=${code}&amp;lang=${language}"><p><button>${escaped(w.confirm)}</button></p></form>
${paragraph(w.otherwise)}`
}

const doneHtml = (language: Language): string => {
  const w = pageWords[language]
  return `<h1>${escaped(w.done)}</h1>\n${paragraph(w.doneWords)}`
}

const unknownHtml = (language: Language): string => {
  const w = pageWords[language]
  return `<h1>${escaped(w.unknownTitle)}</h1>\n${paragraph(w.unknown)}`
}

/** What was denied is withdrawn by the worker's next look, within a minute, however often that is broken off. */
export const denialModule =
  ({ database, clock }: Pick<Platform, 'database' | 'clock'>): FastifyPluginAsync =>
  async (app) => {
    const found = async (code = ''): Promise<Digest | null> =>
      codePattern.test(code)
        ? findDigest(database, linkHashOf(code), new Date(clock.now().getTime() - linkMilliseconds))
        : null
    const answer = (
      request: FastifyRequest<{ Querystring: Query }>,
      reply: FastifyReply,
      digest: Digest | null,
      isDone: boolean,
    ) => {
      const language = languageOf(request, request.query.lang)
      const { c = '' } = request.query
      const body =
        digest === null
          ? unknownHtml(language)
          : isDone
            ? doneHtml(language)
            : askHtml(language, digest, c)
      return reply
        .code(digest === null ? 404 : 200)
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .serializer((text: string) => text)
        .send(
          renderPaper({
            language,
            title: pageWords[language].title,
            otherLanguagePath: `${denialPath}?c=${encodeURIComponent(c)}&lang=${language === 'fr' ? 'en' : 'fr'}`,
            body,
          }),
        )
    }
    // What the form sends is in its address.
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 1_024 },
      (_, __, done) => done(null, null),
    )
    app.get<{ Querystring: Query }>(
      denialPath,
      { schema: { querystring } },
      async (request, reply) => {
        const digest = await found(request.query.c)
        return answer(request, reply, digest, digest !== null && digest.deniedAt !== null)
      },
    )
    app.post<{ Querystring: Query }>(
      denialPath,
      { schema: { querystring } },
      async (request, reply) => {
        const digest = await found(request.query.c)
        if (digest !== null) await denyDigest(database, digest, clock.now())
        return answer(request, reply, digest, true)
      },
    )
  }
