/** Serves the pages that everybody may read about the portal, in either language, whole without script. */
import { type InformationName, informationPaths } from '@sidep/contracts'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { type Facts, informationTexts } from './information-texts.ts'
import {
  escaped,
  footerWords,
  type Language,
  languageOf,
  renderPaper,
  servePaperStyle,
} from './paper.ts'

const languages = ['fr', 'en'] as const

const render = (name: InformationName, language: Language, facts: Facts): string => {
  const { sections } = informationTexts[language][name](facts)
  const title = footerWords[language][name]
  const other = language === 'fr' ? 'en' : 'fr'
  const body = sections.map(
    ([heading, ...paragraphs]) =>
      `<h2>${escaped(heading)}</h2>\n${paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('\n')}`,
  )
  return renderPaper({
    language,
    title,
    otherLanguagePath: `${informationPaths[name]}?lang=${other}`,
    body: [`<h1>${escaped(title)}</h1>`, ...body].join('\n'),
  })
}

const querystring = Type.Object({ lang: Type.Optional(Type.String({ maxLength: 20 })) })

export const serveInformation = (app: FastifyInstance, facts: Facts): void => {
  servePaperStyle(app)
  for (const [name, path] of Object.entries(informationPaths) as [InformationName, string][]) {
    const written = new Map(
      languages.map((language) => [language, render(name, language, facts)] as const),
    )
    app.get<{ Querystring: { lang?: string } }>(
      path,
      { schema: { querystring } },
      async (request, reply) =>
        reply
          .type('text/html; charset=utf-8')
          .header('cache-control', 'no-cache')
          .header('vary', 'accept-language')
          .serializer((text: string) => text)
          .send(written.get(languageOf(request, request.query.lang))),
    )
    app.get(path.slice(0, -1), async (_, reply) => reply.redirect(path, 301))
  }
}
