/**
 * The first page is plain HTML without a script, one file a language, made of one: `index.html` names its words in double
 * braces, and `src/choose/choose-words.ts` has them, or, for its foot, the words of every page.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Plugin } from 'vite'
import { chooseWords } from '../src/choose/choose-words.ts'
import { type Language, translator } from '../src/shared/messages/catalogue.ts'
import { commonMessages } from '../src/shared/messages/common.ts'

/** What stands at the foot of every page. */
const footWords = ({
  aboutService,
  help,
  legal,
  privacy,
  accessibility,
}: (typeof commonMessages)[Language]) => ({ aboutService, help, legal, privacy, accessibility })

const words = {
  fr: { ...footWords(commonMessages.fr), ...chooseWords.fr },
  en: { ...footWords(commonMessages.en), ...chooseWords.en },
}
type Word = keyof typeof words.fr

const isWord = (name: string): name is Word => Object.hasOwn(words.fr, name)

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' }

/** @throws Error when the page names a word that there is none of */
export const firstPageIn = (language: Language, template: string): string => {
  const t = translator(words, language)
  // French in the file itself, so that it is a page to whoever opens it there.
  const page = template.replace('<html lang="fr">', `<html lang="${language}">`)
  return page.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    if (!isWord(name))
      throw new Error(`index.html names ${name}, which neither choose-words.ts nor common.ts has`)
    return t(name).replace(/[&<"]/g, (sign) => entities[sign] ?? sign)
  })
}

/** The files of the build, of which the English one is only there while it is built. */
const languageOf: Readonly<Record<string, Language>> = {
  'index.html': 'fr',
  'en/index.html': 'en',
}

export const firstPage = (): Plugin => {
  let root = ''
  const page = (language: Language): string =>
    firstPageIn(language, readFileSync(resolve(root, 'index.html'), 'utf8'))
  const languageOfId = (id: string): Language | undefined =>
    Object.entries(languageOf).find(([file]) => resolve(root, file) === id)?.[1]
  return {
    name: 'sidep-first-page',
    enforce: 'pre',
    configResolved: (config) => {
      root = config.root
    },
    resolveId: (id) => (languageOfId(id) === undefined ? null : id),
    load: (id) => {
      const language = languageOfId(id)
      return language === undefined ? null : page(language)
    },
    configureServer: (server) => {
      server.middlewares.use((request, response, next) => {
        const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page')
        if (pathname !== '/') return next()
        const language = searchParams.get('lang') === 'en' ? 'en' : 'fr'
        server.transformIndexHtml('/index.html', page(language)).then((html) => {
          response.setHeader('content-type', 'text/html; charset=utf-8')
          response.end(html)
        }, next)
      })
    },
  }
}
